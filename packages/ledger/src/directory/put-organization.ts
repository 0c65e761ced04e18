import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

export type OrganizationOutcome =
  | { ok: true; created: boolean }
  | { ok: false; refusal: 'unknown_user' };

/**
 * Creates an organization with its pool, or renames it. `owner` (a bare user id) becomes the owner
 * of a new organization and is ignored for one that exists.
 */
export async function putOrganization(
  db: Database,
  organization: { id: string; name: string; owner?: string | undefined },
): Promise<OrganizationOutcome> {
  const { id, name, owner = null } = organization;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: 'unknown_user' | null; created: boolean }]>`
      select r.refusal, r.created from bursar.put_organization(${id}, ${name}, ${owner}) r`;
    return row.refusal === null
      ? { ok: true, created: row.created }
      : { ok: false, refusal: row.refusal };
  });
}

/**
 * Changes an organization's settings; `undefined` keeps, `null` switches off. Amounts are
 * micro-credits.
 *
 * @returns false when there is no such organization.
 */
export async function setOrganizationSettings(
  db: Database,
  settings: { organization: string; defaultAllocation?: bigint | null | undefined },
): Promise<boolean> {
  const { organization, defaultAllocation } = settings;
  const changes =
    defaultAllocation === undefined
      ? {}
      : { default_allocation: defaultAllocation === null ? null : defaultAllocation.toString() };
  const [row] = await db<[{ found: boolean }]>`
    select bursar.set_organization_settings(${organization}, ${db.json(changes)}) as found`;
  return row.found;
}

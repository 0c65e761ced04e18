import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

export type OrganizationOutcome =
  | { ok: true; created: boolean }
  /** `organization_deleted`: the id stays taken. */
  | { ok: false; refusal: 'unknown_user' | 'organization_deleted' };

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
    const [row] = await tx<
      [{ refusal: 'unknown_user' | 'organization_deleted' | null; created: boolean }]
    >`
      select r.refusal, r.created from bursar.put_organization(${id}, ${name}, ${owner}) r`;
    return row.refusal === null
      ? { ok: true, created: row.created }
      : { ok: false, refusal: row.refusal };
  });
}

export interface OrganizationSettings {
  organization: string;
  /** What a newcomer receives, and what an assigned seat brings. */
  defaultAllocation?: bigint | null | undefined;
  seatAllocation?: bigint | null | undefined;
  /** 1 to 365. */
  requestExpiryDays?: number | undefined;
  /** Requests for less approve themselves, up to the monthly sum per member; both or neither. */
  autoApproveBelow?: bigint | null | undefined;
  autoApproveMonthly?: bigint | null | undefined;
}

/**
 * Changes an organization's settings; `undefined` keeps, `null` switches off. Amounts are
 * micro-credits.
 *
 * @returns false when there is no such organization.
 */
export async function setOrganizationSettings(
  db: Database,
  settings: OrganizationSettings,
): Promise<boolean> {
  const { organization } = settings;
  const named = {
    default_allocation: settings.defaultAllocation,
    seat_allocation: settings.seatAllocation,
    request_expiry_days: settings.requestExpiryDays,
    auto_approve_below: settings.autoApproveBelow,
    auto_approve_monthly: settings.autoApproveMonthly,
  };
  const changes = Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value === null ? null : value.toString()]],
    ),
  );
  const [row] = await db<[{ found: boolean }]>`
    select bursar.set_organization_settings(${organization}, ${db.json(changes)}) as found`;
  return row.found;
}

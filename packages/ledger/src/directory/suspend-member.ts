import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

export type SuspensionOutcome =
  /** `changed` is false when it was so already. */
  { ok: true; changed: boolean } | { ok: false; refusal: 'not_a_member' | 'last_owner' };

type SuspensionRow = [{ refusal: 'not_a_member' | 'last_owner' | null; changed: boolean }];

/**
 * Suspends a member: what the organization allocated to them is frozen until they are reinstated.
 * Ids are bare. The last active owner cannot be suspended (`last_owner`).
 */
export async function suspendMember(
  db: Database,
  member: { organization: string; user: string },
): Promise<SuspensionOutcome> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<SuspensionRow>`
      select r.refusal, r.changed from bursar.suspend_member(${member.organization}, ${member.user}) r`;
    return toOutcome(row);
  });
}

/** Ends a suspension; the credits that thaw settle what the person owes before they can be spent. */
export async function reinstateMember(
  db: Database,
  member: { organization: string; user: string },
): Promise<SuspensionOutcome> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<SuspensionRow>`
      select r.refusal, r.changed from bursar.reinstate_member(${member.organization}, ${member.user}) r`;
    return toOutcome(row);
  });
}

const toOutcome = (row: SuspensionRow[0]): SuspensionOutcome =>
  row.refusal === null ? { ok: true, changed: row.changed } : { ok: false, refusal: row.refusal };

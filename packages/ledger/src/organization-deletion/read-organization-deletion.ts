import type { LotKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** What deleting an organization would mean now. Amounts are decimal credits. */
export interface OrganizationDeletionView {
  /** As `org:<id>`. */
  organization: string;
  name: string;
  pool: {
    amount: string;
    by_kind: Partial<Record<LotKind, string>>;
    /** The first hundred, soonest expiry first; `null` is never. */
    lots: { kind: LotKind; expires_at: string | null; amount: string }[];
  };
  owed: string;
  open_holds: { count: number; amount: string };
  running_allocations: number;
  running_recalls: number;
  open_purchases: number;
  /** They go on, or can still be paid for; the deletion ends them when it says so. */
  subscriptions: number;
  saved_cards: number;
  suspended_members: number;
  /** `amount`, and `held` of it, is what members keep; former members keep what is still held. */
  members: {
    count: number;
    with_credits: number;
    amount: string;
    held: string;
    held_by_former: string;
  };
  ending: {
    pending_requests: { count: number; amount: string };
    delayed_credits: { count: number; amount: string };
    seats: number;
    rules: number;
    budgets: number;
    invitations: number;
    api_keys: number;
    webhooks: number;
  };
  /** What is in the way, and what to do about it; empty when nothing is. */
  blockers: { code: string; detail: string }[];
}

/** By a bare id; `null` when there is no such organization (any more). */
export async function readOrganizationDeletion(
  db: Database,
  id: string,
): Promise<OrganizationDeletionView | null> {
  const [row] = await db<[{ report: OrganizationDeletionView | null }]>`
    select bursar.organization_deletion_report(${id}, clock_timestamp()) as report`;
  return row.report;
}

/** Who deleted an organization, as the caller of the operation that did it; `null` when it was not deleted. */
export async function readOrganizationDeleter(db: Database, id: string): Promise<string | null> {
  const [row] = await db<{ caller: string }[]>`
    select p.caller
    from bursar.organizations o
    join bursar.operations p on p.key = o.deletion
    where o.id = ${id}`;
  return row?.caller ?? null;
}

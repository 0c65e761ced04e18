import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

/** What there is to settle before a person can be deleted. Amounts are decimal credits. */
export interface DeletionReport {
  balance: string;
  owed: string;
  held: string;
  open_holds: number;
  unpaid_purchases: number;
  pending_requests: number;
  /** They go on, or can still be paid for; the deletion ends them when it says so. */
  subscriptions: number;
  saved_cards: number;
  /** As `org:<id>`. */
  organizations: string[];
  last_owner_of: string[];
  /** Why it is refused; empty when nothing stands in the way. */
  blockers: DeletionBlocker[];
}

export type DeletionBlocker =
  | 'debt'
  | 'credits'
  | 'open_holds'
  | 'unpaid_purchases'
  | 'subscription'
  | 'last_owner'
  | 'organizations';

export type DeletionOutcome =
  | { ok: true; report: DeletionReport }
  | { ok: false; refusal: 'unknown_user' }
  | { ok: false; refusal: 'account_not_settled'; report: DeletionReport };

/**
 * Deletes a person by their bare id: who they were goes, the ledger stays. With `preview` it only
 * reports. Doing it again changes nothing.
 */
export async function deleteUser(
  db: Database,
  deletion: { id: string; preview: boolean; endSubscriptions?: boolean },
): Promise<DeletionOutcome> {
  return inTransaction(db, async (tx) => {
    const [{ refusal, report }] = await tx<
      [{ refusal: 'unknown_user' | 'account_not_settled' | null; report: DeletionReport }]
    >`select r.refusal, r.report from bursar.delete_user(
        ${deletion.id}, ${deletion.preview}, ${deletion.endSubscriptions === true}) r`;
    if (refusal === 'unknown_user') return { ok: false, refusal };
    return refusal === null ? { ok: true, report } : { ok: false, refusal, report };
  });
}

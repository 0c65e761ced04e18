import type { BudgetPeriod } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** What a budget counts, and how much of it there may be. Amounts are micro-credits. */
export interface BudgetTerms {
  id: string;
  /** `user:<id>` or `org:<id>`: counts what is charged to this wallet or on behalf of its owner. */
  wallet: string;
  /** `user:<id>`, a member of the organization. */
  member: string | null;
  product: string | null;
  /** The UUID of an API key. */
  key: string | null;
  limit: bigint;
  period: BudgetPeriod;
  /** Percents of the limit, ascending. */
  alertAt: readonly number[];
  enforced: boolean;
  /** `null` or a past moment: from now on. */
  activeFrom: string | null;
}

export type BudgetRefusal =
  | 'wallet_not_found'
  | 'not_a_member'
  | 'key_not_found'
  /** Another wallet has a budget of this id. */
  | 'id_taken'
  /** The wallet has a hundred budgets. */
  | 'too_many';

export type BudgetOutcome = { ok: true; created: boolean } | { ok: false; refusal: BudgetRefusal };

/**
 * Makes a budget or changes it. A change of what it counts (member, product, key, period, a later
 * beginning) begins it anew at zero; a change of the rest keeps what was counted.
 */
export async function putBudget(db: Database, terms: BudgetTerms): Promise<BudgetOutcome> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: BudgetRefusal | null; created: boolean }]>`
      select r.refusal, r.created
      from bursar.put_budget(
        ${terms.id}, ${terms.wallet}, ${terms.member}, ${terms.product}, ${terms.key}::uuid,
        ${terms.limit.toString()}::text::bigint, ${terms.period}::bursar.budget_period,
        ${terms.alertAt.map(String)}::text[]::smallint[], ${terms.enforced},
        ${terms.activeFrom}::text::timestamptz) r`;
    return row.refusal === null
      ? { ok: true, created: row.created }
      : { ok: false, refusal: row.refusal };
  });
}

/** Ends a budget of this wallet; false when it has none of this id. */
export async function deleteBudget(
  db: Database,
  budget: { id: string; wallet: string },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ found: boolean }]>`
      select bursar.delete_budget(${budget.id}, ${budget.wallet}) as found`;
    return row.found;
  });
}

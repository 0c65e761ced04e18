import { toPublicId } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** A difference between Stripe and the ledger that is not put right yet. */
export interface CaseAttention {
  kind: 'reconciliation_case';
  subject: string;
  since: Date;
  class: string;
  wallet: string | null;
  /** The order it is about, as others know it. */
  purchase: string | null;
  expected: string;
  actual: string;
  failures: number;
  parked: boolean;
}

/** Open cases, the oldest first. */
export async function readCaseAttention(db: Database, most: number): Promise<CaseAttention[]> {
  const rows = await db<(Omit<CaseAttention, 'kind' | 'subject'> & { id: string })[]>`
    select c.id, c.first_seen as since, c.class, w.owner as wallet, c.purchase_id as purchase, c.expected, c.actual,
      c.failures, c.parked_at is not null as parked
    from bursar.reconciliation_cases c
    left join bursar.wallets w on w.id = c.wallet_id
    where c.state = 'open'
    order by c.first_seen limit ${most}`;
  return rows.map(({ id, purchase, ...one }) => ({
    kind: 'reconciliation_case' as const,
    subject: toPublicId('case', id),
    purchase: purchase === null ? null : toPublicId('pur', purchase),
    ...one,
  }));
}

export async function countCaseAttention(db: Database): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*)::integer as count from bursar.reconciliation_cases c where c.state = 'open'`;
  return row.count;
}

import type { TransactionKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** What happened to a wallet between two moments, so that it ties to the balances at both. Micro-credits. */
export interface TotalsView {
  opening: Standing;
  closing: Standing;
  /** Signed change of credits less debt, by kind of transaction. */
  kinds: { kind: TransactionKind; count: number; amount: bigint }[];
}

interface Standing {
  balance: bigint;
  owed: bigint;
}

interface TotalsRow {
  openingBalance: bigint;
  openingOwed: bigint;
  closingBalance: bigint;
  closingOwed: bigint;
  kinds: { kind: TransactionKind; count: number; amount: string }[];
}

/**
 * Sums a wallet's transactions from one moment (inclusive) to another (exclusive). Opening and closing
 * are read from the rows before and at the end of the same range of versions, in one statement, so
 * `opening + sum = closing` or the ledger is broken.
 *
 * @returns `null` when there is no such wallet.
 */
export async function readTotals(
  db: Database,
  owner: string,
  range: { from: Date; to: Date },
): Promise<TotalsView | null> {
  const [row] = await db<TotalsRow[]>`
    with range as materialized (
      select w.id, bursar.version_from(w.id, ${range.from}) as first, bursar.version_from(w.id, ${range.to}) as past
      from bursar.wallets w
      where w.owner = ${owner}
    ), kind as (
      select t.kind, count(*)::integer as count, sum(t.amount) as amount
      from range r
      join bursar.transactions t on t.wallet_id = r.id and t.version >= r.first and t.version < r.past
      group by t.kind
    )
    select
      coalesce(o.balance_after, 0) as "openingBalance",
      coalesce(o.owed_after, 0) as "openingOwed",
      coalesce(c.balance_after, 0) as "closingBalance",
      coalesce(c.owed_after, 0) as "closingOwed",
      coalesce((
        select jsonb_agg(jsonb_build_object('kind', k.kind, 'count', k.count, 'amount', k.amount::text) order by k.kind)
        from kind k
      ), '[]') as kinds
    from range r
    left join bursar.transaction_history o on o.wallet_id = r.id and o.version = r.first - 1
    left join bursar.transaction_history c on c.wallet_id = r.id and c.version = greatest(r.past, r.first) - 1`;
  if (row === undefined) return null;
  return {
    opening: { balance: row.openingBalance, owed: row.openingOwed },
    closing: { balance: row.closingBalance, owed: row.closingOwed },
    kinds: row.kinds.map(({ kind, count, amount }) => ({ kind, count, amount: BigInt(amount) })),
  };
}

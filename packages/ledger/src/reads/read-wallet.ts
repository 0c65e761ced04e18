import { LOT_KINDS, type LotKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** A wallet at one moment. Every amount is in micro-credits. */
export interface WalletView {
  wallet: string;
  /** Credits that are effective and have not expired, held ones included; also held ones that have. */
  balance: bigint;
  /** What a charge could burn now. */
  available: bigint;
  held: bigint;
  /** Allocated by an organization in which the person is suspended. */
  frozen: bigint;
  owed: bigint;
  /** The balance by kind of lot; only kinds that have credits. */
  byKind: Partial<Record<LotKind, bigint>>;
  /** What of the balance organizations handed out, frozen credits included, by `org:<id>`. */
  byOrganization: Record<string, bigint>;
  /**
   * All that will lapse: the next five moments to the second, then day by day (in UTC, under the
   * first moment of the day); of at most `EXPIRIES` the last gathers the rest.
   */
  expiring: { at: Date; amount: bigint }[];
  asOf: Date;
  /** Grows by one with each transaction of the wallet. */
  version: bigint;
  /** How far charges may go past the credits; `null` is any amount. */
  overdraftLimit: bigint | null;
  /** How much debt beyond that limit the holds under way may declare together. */
  softLandingLimit: bigint;
  /** Below this the balance counts as low; 0 never. */
  lowBalanceAt: bigint;
  /** When its owner was deleted: nothing enters or leaves it any more. */
  closedAt: Date | null;
}

/** How many expiries are told apart: more than a year of daily ones. */
const EXPIRIES = 400;

type WalletRow = Omit<WalletView, 'byKind' | 'byOrganization' | 'expiring'> & {
  byKind: Partial<Record<LotKind, string>>;
  byOrganization: Record<string, string>;
  expiring: { at: string; amount: string }[];
};

/**
 * Reads a wallet's figures in one statement, so that they belong to one snapshot and add up.
 *
 * @param owner `user:<id>` or `org:<id>`.
 * @returns `null` when there is no such wallet.
 */
export async function readWallet(db: Database, owner: string): Promise<WalletView | null> {
  const [row] = await selectWallet(db, owner);
  if (row === undefined) return null;
  const byKind: WalletView['byKind'] = {};
  for (const kind of LOT_KINDS) {
    const amount = row.byKind[kind];
    if (amount !== undefined) byKind[kind] = BigInt(amount);
  }
  return {
    ...row,
    byKind,
    byOrganization: Object.fromEntries(
      Object.entries(row.byOrganization).map(([giver, amount]) => [giver, BigInt(amount)]),
    ),
    expiring: row.expiring.map(({ at, amount }) => ({ at: new Date(at), amount: BigInt(amount) })),
  };
}

/** Amounts inside JSON travel as text, because JSON's numbers end at 2^53. */
const selectWallet = (db: Database, owner: string) => db<WalletRow[]>`
  with moment as materialized (
    -- Read once and after the snapshot was taken: no lot in the snapshot can lie in its future.
    select clock_timestamp() as at
  ), wallet as (
    select w.id, w.owner, w.held, w.owed, w.version, w.overdraft_limit, w.soft_landing_limit, w.low_balance_at, w.frozen_by, w.closed_at
    from bursar.wallets w
    where w.owner = ${owner}
  ), lot as materialized (
    select
      l.kind,
      l.expires_at,
      l.expires_at > m.at as live,
      l.remaining,
      l.held,
      l.allocated_by,
      coalesce(l.allocated_by = any (w.frozen_by), false) as frozen
    from wallet w
    cross join moment m
    join bursar.lots l on l.wallet_id = w.id and not l.closed
    where l.effective_at <= m.at
  ), total as (
    select
      coalesce(sum(case when live then remaining else held end), 0)::bigint as balance,
      coalesce(sum(remaining - held) filter (where live and not frozen), 0)::bigint as available,
      coalesce(sum(remaining - held) filter (where live and frozen), 0)::bigint as frozen
    from lot
  ), kind as (
    select kind, sum(case when live then remaining else held end) as amount
    from lot
    group by kind
  ), part as (
    select allocated_by, sum(case when live then remaining else held end) as amount
    from lot
    where allocated_by is not null
    group by allocated_by
  ), lapsing as (
    -- What is held cannot lapse while it is held.
    select
      date_trunc('second', expires_at) as at,
      sum(remaining - held) as amount,
      row_number() over (order by date_trunc('second', expires_at)) as nth,
      dense_rank() over (order by date_trunc('day', date_trunc('second', expires_at), 'UTC')) as nth_day
    from lot
    where live and expires_at < 'infinity' and remaining > held
    group by 1
  ), lapse as (
    -- Nothing is left out, since what is not listed would read as lasting.
    select min(at) as at, sum(amount) as amount
    from lapsing
    group by least(case when nth <= 5 then nth else 5 + nth_day end, ${EXPIRIES}::integer)
  )
  select
    w.owner as wallet,
    t.balance,
    t.available,
    w.held,
    t.frozen,
    w.owed,
    coalesce((select jsonb_object_agg(k.kind, k.amount::text) from kind k where k.amount > 0), '{}') as "byKind",
    coalesce((
      select jsonb_object_agg(o.owner, p.amount::text)
      from part p
      join bursar.wallets o on o.id = p.allocated_by
      where p.amount > 0
    ), '{}') as "byOrganization",
    coalesce((
      select jsonb_agg(jsonb_build_object('at', x.at, 'amount', x.amount::text) order by x.at) from lapse x
    ), '[]') as expiring,
    m.at as "asOf",
    w.version,
    w.overdraft_limit as "overdraftLimit",
    w.soft_landing_limit as "softLandingLimit",
    w.closed_at as "closedAt",
    w.low_balance_at as "lowBalanceAt"
  from wallet w
  cross join moment m
  cross join total t`;

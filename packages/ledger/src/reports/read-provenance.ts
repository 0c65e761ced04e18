import type { LotKind, TransactionKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, type Page, type PageOf } from '../reads/page.ts';

/** A lot as a link of a chain. Amounts are micro-credits. */
export interface LotLink {
  lot: string;
  parentLot: string | null;
  wallet: string;
  kind: LotKind;
  amount: bigint;
  remaining: bigint;
  /** The transaction that brought these credits, and its kind. */
  transaction: string;
  transactionKind: TransactionKind;
  purchase: string | null;
  createdAt: Date;
  /** How far it is from where the chain starts. */
  distance: number;
}

/** What a transaction did to a lot. */
export interface LotUse {
  transaction: string;
  kind: TransactionKind;
  /** Signed: negative when credits left the lot. */
  amount: bigint;
  product: string | null;
  createdAt: Date;
  /** The lots into which credits went, elsewhere. */
  into: { lot: string; wallet: string; amount: string }[];
}

/** Longer chains end there; credits rarely change hands more than three times. */
const DISTANCE_MAX = 50;
export const LINKS_MAX = 1_000;
/** Transactions of the wallet looked through for one page of uses. */
const WINDOW = 5_000;

/** A lot and those its credits came from, up to the payment or grant; empty for an unknown lot. */
export async function readAncestors(db: Database, lots: readonly string[]): Promise<LotLink[]> {
  return db<LotLink[]>`
    with recursive line as (
      select l.id, l.parent_lot, 0 as distance from bursar.lots l where l.id = any (${[...lots]}::uuid[])
      union
      select l.id, l.parent_lot, line.distance + 1
      from line
      join bursar.lots l on l.id = line.parent_lot
      where line.distance < ${DISTANCE_MAX}
    )
    ${selectLinks(db)}
    from (select id, min(distance) as distance from line group by id) d
    join bursar.lots l on l.id = d.id
    ${joinsOfLinks(db)}
    order by d.distance, l.id
    limit ${LINKS_MAX + 1}`;
}

/** The lots that a transaction brought, and those into which their credits went on, the nearest first. */
export async function readDescendants(db: Database, transaction: string): Promise<LotLink[]> {
  return db<LotLink[]>`
    with recursive tree as (
      select l.id, 0 as distance
      from (
        select distinct m.to_lot from bursar.movement_history m
        where m.transaction_id = ${transaction} and m.to_lot is not null
      ) b
      join bursar.lots l on l.id = b.to_lot and l.transaction_id = ${transaction}
      union all
      select l.id, tree.distance + 1
      from tree
      join bursar.lots l on l.parent_lot = tree.id
      where tree.distance < ${DISTANCE_MAX}
    ), found as materialized (
      -- The limit ends the recursion: a purchase may have been handed out to a hundred thousand.
      select tree.id, tree.distance from tree limit ${LINKS_MAX + 1}
    )
    ${selectLinks(db)}
    from found d
    join bursar.lots l on l.id = d.id
    ${joinsOfLinks(db)}
    order by d.distance, l.id`;
}

/** The lots that a transaction took from, and how much from each, at most a thousand. */
export async function readTakenLots(
  db: Database,
  transaction: string,
): Promise<{ lot: string; amount: bigint }[]> {
  return db<{ lot: string; amount: bigint }[]>`
    select m.from_lot as lot, sum(m.amount)::bigint as amount
    from bursar.movement_history m
    where m.transaction_id = ${transaction} and m.from_lot is not null
    group by m.from_lot
    order by min(m.position)
    limit ${LINKS_MAX}`;
}

/**
 * One page of what happened to a lot since it came, the oldest first. Movements have no index by lot,
 * which every charge would pay for; a page looks through five thousand transactions of the wallet
 * instead, so it may be short, or empty, and still have a next one.
 */
export async function readLotUses(db: Database, lot: string, page: Page): Promise<PageOf<LotUse>> {
  const [start] = await db<{ wallet: bigint; owner: string; first: bigint; last: bigint }[]>`
    select l.wallet_id as wallet, w.owner, t.version as first, w.version as last
    from bursar.lots l
    join bursar.wallets w on w.id = l.wallet_id
    join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id
    where l.id = ${lot}`;
  if (start === undefined) return { rows: [], next: null };
  const after = page.before === undefined ? start.first : BigInt(page.before);
  const upTo = after + BigInt(WINDOW);
  const found = await db<(LotUse & { version: bigint })[]>`
    select t.version, t.id as transaction, t.kind, u.amount, t.product, t.created_at as "createdAt", u.into
    from bursar.transactions t
    cross join lateral (
      select
        sum(case when m.to_lot = ${lot} then m.amount else 0 end)::bigint
          - sum(case when m.from_lot = ${lot} then m.amount else 0 end)::bigint as amount,
        coalesce(
          jsonb_agg(jsonb_build_object('lot', m.to_lot, 'wallet', w.owner, 'amount', m.amount::text) order by m.position)
            filter (where m.from_lot = ${lot} and m.to_lot is not null), '[]') as into
      from (
        select x.from_lot, x.to_lot, x.to_wallet, x.amount, x.position
        from bursar.movements x
        where x.transaction_id = t.id and t.sole_lot is null and (x.from_lot = ${lot} or x.to_lot = ${lot})
        union all
        -- A charge that one lot paid has no movement of its own.
        select t.sole_lot, null, null, -t.amount, 1 where t.sole_lot = ${lot}
      ) m
      left join bursar.wallets w on w.id = m.to_wallet
      having count(*) > 0
    ) u
    where t.wallet_id = ${start.wallet} and t.version > ${after} and t.version <= ${upTo}
    order by t.version
    limit ${rowsToFetch(page)}`;
  const shown = found.slice(0, page.limit);
  const more = found.length > page.limit ? shown.at(-1)?.version : undefined;
  const next = more ?? (upTo < start.last ? upTo : null);
  return {
    rows: shown.map(({ version: _version, ...use }) => use),
    next: next === null ? null : next.toString(),
  };
}

const selectLinks = (db: Database) => db`
  select
    l.id as lot,
    l.parent_lot as "parentLot",
    w.owner as wallet,
    l.kind,
    l.amount,
    l.remaining,
    l.transaction_id as transaction,
    t.kind as "transactionKind",
    case when l.kind <> 'subscription' then l.purchase_id end as purchase,
    l.created_at as "createdAt",
    d.distance`;

const joinsOfLinks = (db: Database) => db`
  join bursar.wallets w on w.id = l.wallet_id
  join bursar.transaction_history t on t.id = l.transaction_id and t.wallet_id = l.wallet_id`;

import type { LotKind, OperationType, TransactionKind } from '@bursar/contracts';
import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';
import type { PricingView } from '../price/read-prices.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** A transaction as one wallet sees it. Amounts are micro-credits. */
export interface TransactionView {
  id: string;
  kind: TransactionKind;
  wallet: string;
  /** Signed change of credits less debt. */
  amount: bigint;
  balanceAfter: bigint;
  owedAfter: bigint;
  /** The owner of the wallet on the other side of a transfer. */
  counterparty: string | null;
  product: string | null;
  description: string | null;
  message: string | null;
  reason: string | null;
  actor: string;
  /** The operation that caused it; `null` for what time or Stripe caused. */
  operation: { key: string; type: OperationType; caller: string } | null;
  metadata: Record<string, string> | null;
  /** What made the amount; `null` when the caller named it. */
  pricing: PricingView | null;
  /** The transaction that this one corrects. */
  corrects: string | null;
  /** The hold that a charge captured. */
  hold: string | null;
  /** What the client said; for reports only. */
  occurredAt: Date;
  createdAt: Date;
  /** The lots of this wallet that it touched, in the order of its movements; amounts are positive. */
  lots: { lot: string; kind: LotKind; amount: bigint }[];
}

export interface TransactionFilter {
  kind?: TransactionKind | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
  product?: string | undefined;
  /** The owner of the wallet on the other side. */
  counterparty?: string | undefined;
  /** Part of any of its texts, or its id. */
  search?: { text: string } | { id: string } | undefined;
}

/** Rows of a stream come in chunks of this size: one query each, so memory stays flat. */
const STREAM_CHUNK = 1000;

/** One page of a wallet's transactions; empty for an unknown wallet. */
export async function readTransactions(
  db: Database,
  owner: string,
  filter: TransactionFilter,
  page: Page,
): Promise<PageOf<TransactionView>> {
  return selectPage(db, owner, filter, page, rowsToFetch(page));
}

/**
 * All transactions of a wallet, or of an organization's pool (`organization` is its bare id), in
 * chunks and in the list's order. Each chunk continues by key instead of from a database cursor, so
 * a slow reader holds neither a connection nor a snapshot.
 */
export async function* streamTransactions(
  db: Database,
  scope: { wallet: string } | { organization: string },
  filter: TransactionFilter,
): AsyncGenerator<TransactionView[], void, undefined> {
  const owner = 'wallet' in scope ? scope.wallet : `org:${scope.organization}`;
  let before: string | undefined;
  for (;;) {
    const page: Page = { limit: STREAM_CHUNK, before };
    const { rows, next } = await selectPage(db, owner, filter, page, STREAM_CHUNK + 1);
    if (rows.length > 0) yield rows;
    if (next === null) return;
    before = next;
  }
}

/**
 * One transaction by its UUID: the side of the given wallet, else the side that gave.
 * `null` when there is no such transaction, or the wallet has no part in it.
 */
export async function readTransaction(
  db: Database,
  id: string,
  owner?: string,
): Promise<TransactionView | null> {
  const rows = await db<TransactionRow[]>`
    ${selectRows(db, db`select t.* from bursar.transaction_history t where t.id = ${id}`)}
    ${owner === undefined ? db`` : db`where w.owner = ${owner}`}
    order by t.amount, t.wallet_id
    limit 1`;
  const [view] = await addLots(db, rows);
  return view ?? null;
}

/** What happened to a wallet after a version of it, the oldest first; `limit` at most. */
export async function readTransactionsAfter(
  db: Database,
  owner: string,
  version: bigint,
  limit: number,
): Promise<{ version: bigint; view: TransactionView }[]> {
  const rows = await db<TransactionRow[]>`
    ${selectRows(
      db,
      db`
      select t.*
      from bursar.transactions t
      where t.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        and t.version > ${version} and t.version <= ${version + BigInt(limit)}`,
    )}
    order by t.version`;
  const views = await addLots(db, rows);
  return views.map((view, index) => ({ version: rows[index]?.version ?? version, view }));
}

/** The owners of every wallet that a transaction touches; empty when there is no such transaction. */
export async function readTransactionsWallets(db: Database, id: string): Promise<string[]> {
  const rows = await db<{ owner: string }[]>`
    select w.owner
    from bursar.transaction_history t
    join bursar.wallets w on w.id = t.wallet_id
    where t.id = ${id}
    order by w.owner`;
  return rows.map((row) => row.owner);
}

type TransactionRow = Omit<TransactionView, 'lots'> & { walletId: bigint; version: bigint };

async function selectPage(
  db: Database,
  owner: string,
  filter: TransactionFilter,
  page: Page,
  fetched: number,
): Promise<PageOf<TransactionView>> {
  // Versions have no gaps, so a page of everything is a range of them: the planner cannot mistake it for a scan.
  const everything = Object.values(filter).every((value) => value === undefined);
  const window = isSparse(filter) ? await windowOf(db, owner, page.before, filter) : null;
  // Cut first, join afterwards: next to joins the planner may sort a whole wallet for one page.
  const found = await db<TransactionRow[]>`
    ${selectRows(
      db,
      db`
      select t.*
      from bursar.transactions t
      where t.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        ${page.before === undefined ? db`` : db`and t.version < ${page.before}::bigint`}
        ${everything ? db`and t.version >= coalesce(${page.before ?? null}::bigint, (select x.version + 1 from bursar.wallets x where x.owner = ${owner})) - ${fetched}::bigint` : db``}
        ${window === null ? db`` : db`and t.version >= ${window.from}`}
        ${filter.kind === undefined ? db`` : db`and t.kind = ${filter.kind}`}
        ${filter.product === undefined ? db`` : db`and t.product = ${filter.product}`}
        ${filter.counterparty === undefined ? db`` : db`and t.counterparty = (select x.id from bursar.wallets x where x.owner = ${filter.counterparty})`}
        ${searching(db, filter.search)}
        ${within(db, owner, filter)}
      order by t.version desc
      limit ${fetched}`,
    )}
    order by t.version desc`;
  const { rows, next } = toPage(found, page, (row) => row.version.toString());
  const after = next ?? (window === null || window.isLast ? null : window.from.toString());
  return { rows: await addLots(db, rows), next: after };
}

/** Versions looked through for one page of a filter that no index serves. */
const WINDOW = 50_000n;

/** Charges, and products, may be anywhere between very many others. */
const isSparse = ({ kind, product, counterparty, search }: TransactionFilter): boolean =>
  product !== undefined || kind === 'charge' || counterparty !== undefined || search !== undefined;

/**
 * Where the search for one page ends. A page of a sparse filter may be short, or empty, and still
 * have a next one: that bounds what a page costs, however rare the rows are.
 */
async function windowOf(
  db: Database,
  owner: string,
  before: string | undefined,
  { from, to }: TransactionFilter,
): Promise<{ from: bigint; isLast: boolean }> {
  const [wallet] = await db<{ first: bigint; end: bigint }[]>`
    select
      ${from === undefined ? db`1::bigint` : db`bursar.version_from(w.id, ${from})`} as first,
      ${to === undefined ? db`w.version + 1` : db`bursar.version_from(w.id, ${to})`} as end
    from bursar.wallets w
    where w.owner = ${owner}`;
  if (wallet === undefined) return { from: 1n, isLast: true };
  const position = before === undefined ? wallet.end : BigInt(before);
  const start = (position < wallet.end ? position : wallet.end) - WINDOW;
  return start > wallet.first
    ? { from: start, isLast: false }
    : { from: wallet.first, isLast: true };
}

/** Moments become versions, which the primary key is sorted by. */
const within = (db: Database, owner: string, { from, to }: TransactionFilter) => {
  const wallet = db`(select x.id from bursar.wallets x where x.owner = ${owner})`;
  return db`
    ${from === undefined ? db`` : db`and t.version >= (select bursar.version_from(${wallet}, ${from}))`}
    ${to === undefined ? db`` : db`and t.version < (select bursar.version_from(${wallet}, ${to}))`}`;
};

/** The text as it stands, wherever in the row's texts; no sign of a pattern means anything in it. */
const searching = (db: Database, search: TransactionFilter['search']) => {
  if (search === undefined) return db``;
  if ('id' in search) return db`and t.id = ${search.id}`;
  return db`and strpos(
    lower(concat_ws(chr(10), t.description, t.message, t.reason, t.product, t.actor,
      (select x.owner from bursar.wallets x where x.id = t.counterparty))),
    lower(${search.text})) > 0`;
};

/** `source` selects whole rows of `bursar.transactions`. */
const selectRows = (db: Database, source: Fragment) => db`
  select
    t.wallet_id as "walletId",
    t.version,
    t.id,
    t.kind,
    w.owner as wallet,
    t.amount,
    t.balance_after as "balanceAfter",
    t.owed_after as "owedAfter",
    c.owner as counterparty,
    t.product,
    t.description,
    t.message,
    t.reason,
    t.actor,
    case when o.key is not null then
      jsonb_build_object('key', o.key, 'type', o.type, 'caller', o.caller)
    end as operation,
    t.metadata,
    bursar.pricing_summary(t.price, t.price_version, t.quantity) as pricing,
    t.corrects,
    t.hold,
    t.occurred_at as "occurredAt",
    t.created_at as "createdAt"
  from (${source}) t
  join bursar.wallets w on w.id = t.wallet_id
  left join bursar.wallets c on c.id = t.counterparty
  left join bursar.operations o on o.key = t.operation`;

/** One query for the whole page. Movements never change, so a second statement sees the same truth. */
async function addLots(db: Database, rows: readonly TransactionRow[]): Promise<TransactionView[]> {
  const wallet = rows[0]?.walletId;
  if (wallet === undefined) return [];
  const touched = await db<{ transaction: string; lot: string; kind: LotKind; amount: bigint }[]>`
    select p.transaction_id as transaction, p.lot, l.kind, sum(p.amount)::bigint as amount
    from (
      select m.transaction_id, m.position, m.from_lot as lot, m.amount
      from bursar.movement_history m
      where m.transaction_id = any (${rows.map((row) => row.id)}::uuid[])
        and m.from_wallet = ${wallet} and m.from_lot is not null
      union all
      select m.transaction_id, m.position, m.to_lot, m.amount
      from bursar.movement_history m
      where m.transaction_id = any (${rows.map((row) => row.id)}::uuid[])
        and m.to_wallet = ${wallet} and m.to_lot is not null
    ) p
    join bursar.lots l on l.id = p.lot
    group by p.transaction_id, p.lot, l.kind
    order by min(p.position)`;
  const lots = Map.groupBy(touched, (one) => one.transaction);
  return rows.map(({ walletId: _walletId, version: _version, ...row }) => ({
    ...row,
    lots: (lots.get(row.id) ?? []).map(({ lot, kind, amount }) => ({ lot, kind, amount })),
  }));
}

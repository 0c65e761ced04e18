import type { PurchaseStatus } from '@bursar/contracts';
import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** An order as it was quoted, and what became of it. Credits in micro-credits, money in minor units. */
export interface PurchaseView {
  id: string;
  wallet: string;
  status: PurchaseStatus;
  pack: string | null;
  credits: bigint;
  /** What a bonus code adds: granted, or promised while the order can be paid. */
  bonus: bigint;
  subtotal: bigint;
  discount: bigint;
  tax: bigint;
  /** What was paid, taxes included; until then what the order asks for. */
  total: bigint;
  currency: string;
  promotionCode: string | null;
  checkoutSession: string | null;
  checkoutUrl: string | null;
  /** Since when its money is on the way. */
  processingSince: Date | null;
  /** Micro-credits taken back because money went back. */
  takenBack: bigint;
  /** The transaction that granted the credits. */
  transaction: string | null;
  /** Why an operator has to look at it. */
  reviewReason: string | null;
  actor: string;
  createdAt: Date;
  settledAt: Date | null;
}

/** One page of a wallet's orders; empty for an unknown wallet. */
export async function readPurchases(
  db: Database,
  owner: string,
  page: Page,
): Promise<PageOf<PurchaseView>> {
  const found = await db<PurchaseView[]>`
    ${selectPurchases(
      db,
      db`
      select p.*
      from bursar.purchases p
      where p.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        ${page.before === undefined ? db`` : db`and p.id < ${page.before}::uuid`}
      order by p.id desc
      limit ${rowsToFetch(page)}`,
    )}
    order by p.id desc`;
  return toPage(found, page, (purchase) => purchase.id);
}

/** One order by its UUID; `null` when there is none. */
export async function readPurchase(db: Database, id: string): Promise<PurchaseView | null> {
  const [purchase] = await db<
    PurchaseView[]
  >`${selectPurchases(db, db`select p.* from bursar.purchases p where p.id = ${id}`)}`;
  return purchase ?? null;
}

/** The order behind a Stripe Checkout Session (`cs_…`); `null` when it is none of ours. */
export async function readPurchaseBySession(
  db: Database,
  session: string,
): Promise<PurchaseView | null> {
  const [purchase] = await db<PurchaseView[]>`
    ${selectPurchases(db, db`select p.* from bursar.purchases p where p.checkout_session = ${session}`)}`;
  return purchase ?? null;
}

/** Micro-credits of a paid order that paid what its wallet owed. */
export async function readSettledByPurchase(db: Database, id: string): Promise<bigint> {
  const [row] = await db<{ settled: bigint }[]>`
    select coalesce(sum(m.amount), 0)::bigint as settled
    from bursar.purchases p
    join bursar.movement_history m on m.transaction_id = p.transaction_id and m.to_account = 'debt'
    where p.id = ${id}::uuid`;
  return row?.settled ?? 0n;
}

/** `source` selects whole rows of `bursar.purchases`; a page is cut in there, before anything is joined. */
const selectPurchases = (db: Database, source: Fragment) => db`
  select
    p.id,
    w.owner as wallet,
    p.status,
    p.pack,
    p.credits,
    coalesce(nullif(p.bonus, 0), (
      select r.credits from bursar.bonus_redemptions r where r.purchase_id = p.id and r.status = 'reserved'
    ), 0) as bonus,
    p.subtotal,
    p.discount,
    p.tax,
    coalesce(p.paid_total + p.tax, p.subtotal - p.discount) as total,
    p.currency,
    p.promotion_code as "promotionCode",
    p.checkout_session as "checkoutSession",
    p.checkout_url as "checkoutUrl",
    p.processing_since as "processingSince",
    p.taken_back as "takenBack",
    p.transaction_id as transaction,
    p.review_reason as "reviewReason",
    p.actor,
    p.created_at as "createdAt",
    p.settled_at as "settledAt"
  from (${source}) p
  join bursar.wallets w on w.id = p.wallet_id`;

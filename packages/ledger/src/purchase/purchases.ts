import type { OperationHead, PurchaseOrder, PurchaseStatus, Rejection } from '@bursar/contracts';
import type { Row } from 'postgres';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, settle, type Json, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** What Stripe says was paid, in minor units of the order's currency. */
export interface PaymentFacts {
  session: string;
  /** Without taxes. */
  paidTotal: number;
  /** None when left out. */
  tax?: number;
  discount: number;
  paymentIntent: string | null;
  promotion: string | null;
}

/** How many checkouts a wallet may leave unpaid, and how many cards it may try, within an hour; `null`: any. */
export interface CheckoutLimits {
  perHour: number | null;
  failuresPerHour: number | null;
}

/** An order that is to be given somewhere to pay. */
export interface OpenedPurchase {
  purchase: string;
  /** Whether this command made it; otherwise it shares the order of an earlier one. */
  own: boolean;
  /** Where it can be paid already. */
  session: string | null;
  /** When the command that made it was accepted, RFC 3339. */
  acceptedAt: string;
}

/** A purchase in the wire's shape. */
export type PurchaseSummary = Json & { id: string; status: PurchaseStatus };

/**
 * Writes the order, or finds the one an earlier attempt wrote, or the one of the same cart (a UUID
 * made from who buys what) that can still be paid: `pending` with `result` as `OpenedPurchase`.
 */
export const openPurchase = (
  db: Database,
  head: OperationHead,
  order: PurchaseOrder,
  expiryMonths: number,
  cart: string | null = null,
  limits: CheckoutLimits = { perHour: null, failuresPerHour: null },
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.open_purchase(
          ${headOf(tx, head, 'purchase')}, ${order.wallet}, ${order.credits}::text::bigint,
          ${order.subtotal}::bigint, ${order.currency}, ${order.pack ?? null}, ${order.promotion_code ?? null},
          ${expiryMonths}::integer, ${cart}::uuid, ${limits.perHour}::integer,
          ${limits.failuresPerHour}::integer)`,
  );

/** Reads what a pending `openPurchase` found. */
export function openedPurchase(result: Json): OpenedPurchase {
  const { purchase, own, session, accepted_at: acceptedAt } = result;
  if (typeof purchase !== 'string' || typeof acceptedAt !== 'string') {
    throw new Error('An opened purchase came without its id or time.');
  }
  return {
    purchase,
    own: own === true,
    session: typeof session === 'string' ? session : null,
    acceptedAt,
  };
}

/** The order has somewhere to pay already; the operation succeeds with it. */
export const adoptCheckout = (
  db: Database,
  head: OperationHead,
  purchase: string,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.adopt_checkout(${headOf(tx, head, 'purchase')}, ${purchase}::uuid)`,
  );

/** The customer has somewhere to pay: the operation succeeds with the purchase. */
export const attachCheckout = (
  db: Database,
  head: OperationHead,
  purchase: string,
  checkout: {
    session: string;
    url: string;
    customer: string;
    discount: number;
    promotion: string | null;
  },
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.attach_checkout(
          ${headOf(tx, head, 'purchase')}, ${purchase}::uuid, ${checkout.session}, ${checkout.url},
          ${checkout.customer}, ${checkout.discount}::bigint, ${checkout.promotion})`,
  );

/** The order cannot be carried out; the operation is rejected and nothing was paid. */
export const refusePurchase = (
  db: Database,
  head: OperationHead,
  purchase: string,
  error: Rejection,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.refuse_purchase(
          ${headOf(tx, head, 'purchase')}, ${purchase}::uuid, ${JSON.stringify(error)}::text::jsonb)`,
  );

/** A code made the total zero: credits at once. `limit` is how often the code may still be used here. */
export const settleFreePurchase = (
  db: Database,
  head: OperationHead,
  purchase: string,
  promotion: string,
  limit: number | null,
  firstPurchaseOnly: boolean,
): Promise<Outcome> =>
  settle(
    db,
    (tx) => tx<OutcomeRow[]>`
        select * from bursar.settle_free_purchase(
          ${headOf(tx, head, 'purchase')}, ${purchase}::uuid, ${promotion}, ${limit}::bigint,
          ${firstPurchaseOnly})`,
  );

/** Grants an order once, however often and by whomever it is reported; null for a session that is not ours. */
export const fulfilPurchase = (
  db: Database,
  facts: PaymentFacts,
): Promise<PurchaseSummary | null> =>
  summaryOf(
    db,
    (tx) => tx`
      select bursar.fulfil_purchase(
        ${facts.session}, ${facts.paidTotal}::bigint, ${facts.tax ?? 0}::bigint, ${facts.discount}::bigint,
        ${facts.paymentIntent}, ${facts.promotion}) as purchase`,
  );

const summaryOf = (
  db: Database,
  work: (tx: LedgerTransaction) => Promise<Iterable<Row>>,
): Promise<PurchaseSummary | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await work(tx);
    return row?.['purchase'] ?? null;
  });

/** The hosted page closed without a payment. */
export const closePurchase = (
  db: Database,
  session: string,
  status: Extract<PurchaseStatus, 'expired' | 'failed'>,
): Promise<PurchaseSummary | null> =>
  summaryOf(
    db,
    (tx) => tx`
      select bursar.close_purchase(${session}, ${status}::bursar.purchase_status) as purchase`,
  );

/** The page is completed and its money on the way; nothing is credited yet. */
export const awaitPurchaseFunds = (
  db: Database,
  session: string,
): Promise<PurchaseSummary | null> =>
  summaryOf(db, (tx) => tx`select bursar.await_purchase_funds(${session}) as purchase`);

/** What was paid does not match the order: nothing is granted until a person has looked. */
export const reviewPurchase = (
  db: Database,
  session: string,
  reason: string,
): Promise<PurchaseSummary | null> =>
  summaryOf(db, (tx) => tx`select bursar.review_purchase(${session}, ${reason}) as purchase`);

/**
 * Brings what was taken back from a paid order to the share of its money that went back
 * (minor units), up or down, unless a later reading was applied already. `readAt` is
 * `databaseClock` from before Stripe was asked. Returns the micro-credits that are now taken back.
 */
export const takeBackPurchase = (
  db: Database,
  purchase: string,
  refunded: number,
  kind: 'refund' | 'dispute',
  reason: string,
  graceDays: number,
  readAt: string,
): Promise<bigint> =>
  inTransaction(db, async (tx) => {
    const rows = await tx<{ taken: bigint }[]>`
      select bursar.take_back_purchase(
        ${purchase}::uuid, ${refunded}::bigint, ${kind}::bursar.transaction_kind, ${reason},
        make_interval(days => ${graceDays}::integer), ${readAt}::text::timestamptz) as taken`;
    return rows[0]?.taken ?? 0n;
  });

/** The database's clock as exact text; readings of other systems are ordered by it. */
export async function databaseClock(db: Database): Promise<string> {
  const rows = await db<{ now: string }[]>`select clock_timestamp()::text as now`;
  const row = rows[0];
  if (row === undefined) throw new Error('The database did not tell the time.');
  return row.now;
}

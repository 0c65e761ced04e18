import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** What Stripe says about a bill at this moment. Money in minor units, times RFC 3339. */
export interface InvoiceFacts {
  invoice: string;
  number: string | null;
  status: string;
  reason: string | null;
  currency: string;
  total: number;
  tax: number;
  paid: number;
  out_of_band: boolean;
  payment_intents: string[];
  invoiced_at: string;
  /** Failed attempts to collect it. */
  attempts: number;
  next_attempt_at: string | null;
  /** What about it nobody but an operator can decide. */
  review_reason: string | null;
}

/** One paid line as what it grants. Credits in micro-credits, for the whole quantity. */
export interface PaidLine {
  line: string;
  item: string;
  price: string;
  kind: 'period' | 'trial' | 'proration';
  period_start: string;
  period_end: string;
  plan: string;
  quantity: number;
  /** What one unit brings in a whole period. */
  unit_credits: string;
  credits: string;
  /** Minor units after discounts, without tax. */
  paid: number;
  expires_at: string;
  rollover_cap: string;
}

/**
 * Writes a bill down and grants what it paid for: each period once, whoever reports it. Returns the
 * invoice's UUID.
 */
export const settleInvoice = (
  db: Database,
  subscription: string,
  facts: InvoiceFacts,
  lines: readonly PaidLine[],
  readAt: string,
): Promise<string> =>
  inTransaction(db, async (tx) => {
    const rows = await tx<{ id: string }[]>`
      select bursar.settle_invoice(
        ${subscription}::uuid, ${JSON.stringify(facts)}::text::jsonb,
        array(select jsonb_populate_recordset(null::bursar.paid_line, ${JSON.stringify(lines)}::text::jsonb)),
        ${readAt}::text::timestamptz) as id`;
    const row = rows[0];
    if (row === undefined) throw new Error('An invoice was settled without an answer.');
    return row.id;
  });

/**
 * Brings what was taken back of an invoice's credits to the share of its money that went back
 * (minor units with tax), up or down. Returns the micro-credits that are taken back now.
 */
export const takeBackInvoice = (
  db: Database,
  invoice: string,
  money: { returned: number; paid: number },
  kind: 'refund' | 'dispute',
  reason: string,
  graceDays: number,
  readAt: string,
): Promise<bigint> =>
  inTransaction(db, async (tx) => {
    const rows = await tx<{ taken: bigint }[]>`
      select bursar.take_back_invoice(
        ${invoice}::uuid, ${money.returned}::bigint, ${money.paid}::bigint,
        ${kind}::bursar.transaction_kind, ${reason}, make_interval(days => ${graceDays}::integer),
        ${readAt}::text::timestamptz) as taken`;
    return rows[0]?.taken ?? 0n;
  });

/** Which of our invoices a payment belongs to, as Stripe's id; null when none is known. */
export async function findInvoiceOfPayment(
  db: Database,
  paymentIntent: string,
): Promise<string | null> {
  const rows = await db<{ invoice: string }[]>`
    select i.invoice from bursar.subscription_invoices i
    where i.payment_intents @> array[${paymentIntent}::text] limit 1`;
  return rows[0]?.invoice ?? null;
}

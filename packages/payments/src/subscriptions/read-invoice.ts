import type Stripe from 'stripe';
import { idOf, unlessMissing } from '../read-checkout.ts';
import { readMetadata, type SoldPlan } from './plan-metadata.ts';
import { timeOf } from './read-subscription.ts';

/** A line of an invoice that is about a subscription. Money in minor units, times RFC 3339. */
export interface InvoiceLine {
  id: string;
  item: string;
  price: string;
  /** Before discounts, without tax; negative for what is credited. */
  amount: number;
  discount: number;
  quantity: number;
  /** It corrects a period that was billed before. */
  proration: boolean;
  start: string;
  end: string;
}

/** What Stripe says about a bill of a subscription. */
export interface InvoiceState {
  id: string;
  subscription: string;
  /** The metadata of its subscription when it was made. */
  sold: SoldPlan | null;
  number: string | null;
  status: string;
  reason: string | null;
  currency: string;
  total: number;
  tax: number;
  /** What was collected, through Stripe or beside it. */
  paid: number;
  outOfBand: boolean;
  /** By credit notes after it was paid. */
  credited: number;
  paymentIntents: string[];
  attempts: number;
  nextAttemptAt: string | null;
  createdAt: string;
  lines: InvoiceLine[];
  /** The lookup keys of the lines' prices. */
  lookupKeys: ReadonlyMap<string, string | null>;
}

const LINES_MAX = 1_000;

/** Null for an invoice that is unknown, or about no subscription, as the receipts of single payments are. */
export async function readInvoice(stripe: Stripe, id: string): Promise<InvoiceState | null> {
  const invoice = await unlessMissing(stripe.invoices.retrieve(id));
  const parent = invoice?.parent?.subscription_details ?? null;
  if (invoice === null || parent === null) return null;
  const payments = await stripe.invoicePayments
    .list({ invoice: id, limit: 100 })
    .autoPagingToArray({ limit: LINES_MAX });
  const through = payments.filter(({ payment }) => payment.type !== 'payment_record');
  const isPaid = invoice.status === 'paid';
  const outOfBand =
    isPaid && invoice.amount_due > 0 && !through.some((one) => one.status === 'paid');
  const lines = await linesOf(stripe, id);
  return {
    id: invoice.id,
    subscription: idOf(parent.subscription) ?? '',
    sold: readMetadata(parent.metadata),
    number: invoice.number,
    status: invoice.status ?? 'draft',
    reason: invoice.billing_reason,
    currency: invoice.currency,
    total: invoice.total,
    tax: (invoice.total_taxes ?? []).reduce((sum, one) => sum + one.amount, 0),
    paid: outOfBand ? invoice.amount_due : invoice.amount_paid,
    outOfBand,
    credited: invoice.post_payment_credit_notes_amount,
    paymentIntents: through.flatMap(({ payment }) => idOf(payment.payment_intent ?? null) ?? []),
    attempts: isPaid ? 0 : invoice.attempt_count,
    nextAttemptAt:
      invoice.next_payment_attempt === null ? null : timeOf(invoice.next_payment_attempt),
    createdAt: timeOf(invoice.created),
    lines,
    lookupKeys: isPaid ? await lookupKeysOf(stripe, lines) : new Map<string, string | null>(),
  };
}

async function linesOf(stripe: Stripe, invoice: string): Promise<InvoiceLine[]> {
  const lines = await stripe.invoices
    .listLineItems(invoice, { limit: 100 })
    .autoPagingToArray({ limit: LINES_MAX });
  if (lines.length === LINES_MAX) {
    throw new Error(`The invoice ${invoice} has ${LINES_MAX} lines or more; look at it by hand.`);
  }
  return lines.flatMap((line) => subscriptionLine(line) ?? []);
}

function subscriptionLine(line: Stripe.InvoiceLineItem): InvoiceLine | null {
  const details = line.parent?.subscription_item_details ?? null;
  const price = line.pricing?.price_details?.price ?? null;
  if (details === null || price === null) return null;
  return {
    id: line.id,
    item: details.subscription_item,
    price: idOf(price) ?? '',
    amount: line.amount,
    discount: (line.discount_amounts ?? []).reduce((sum, one) => sum + one.amount, 0),
    quantity: line.quantity ?? 1,
    proration: details.proration,
    start: timeOf(line.period.start),
    end: timeOf(line.period.end),
  };
}

async function lookupKeysOf(
  stripe: Stripe,
  lines: readonly InvoiceLine[],
): Promise<Map<string, string | null>> {
  const keys = new Map<string, string | null>();
  for (const price of new Set(lines.map((line) => line.price))) {
    const found = await unlessMissing(stripe.prices.retrieve(price));
    keys.set(price, found?.lookup_key ?? null);
  }
  return keys;
}

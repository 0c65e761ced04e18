import type Stripe from 'stripe';
import { idOf } from '../read-checkout.ts';
import { refundedOf } from '../read-reversals.ts';
import type { InvoiceState } from './read-invoice.ts';

/** What went back of a bill, in minor units with tax. */
export interface InvoiceReturns {
  paid: number;
  refunded: number;
  disputed: number;
  /** Given back by credit notes without a refund: to the customer's balance, or beside Stripe. */
  credited: number;
}

const LISTED_MAX = 1_000;

/**
 * Asks for every refund, dispute and credit note of a bill as they stand now. A bill that was
 * cancelled after all counts as given back whole.
 */
export async function invoiceReturns(
  stripe: Stripe,
  invoice: Pick<InvoiceState, 'id' | 'status' | 'paid' | 'total' | 'credited' | 'paymentIntents'>,
): Promise<InvoiceReturns> {
  if (invoice.status !== 'paid') {
    const all = Math.max(invoice.total, 1);
    return { paid: all, refunded: 0, disputed: 0, credited: all };
  }
  const back = { refunded: 0, disputed: 0 };
  for (const payment of invoice.paymentIntents) {
    const { refunded, disputed } = await refundedOf(stripe, payment);
    back.refunded += refunded;
    back.disputed += disputed;
  }
  const credited = invoice.credited === 0 ? 0 : await creditedOf(stripe, invoice.id);
  return { paid: invoice.paid, ...back, credited };
}

async function creditedOf(stripe: Stripe, invoice: string): Promise<number> {
  const notes = await stripe.creditNotes
    .list({ invoice, limit: 100 })
    .autoPagingToArray({ limit: LISTED_MAX });
  return notes
    .filter(({ status }) => status !== 'void')
    .reduce((sum, note) => sum + beyondRefunds(note), 0);
}

/** What a note refunds is among the refunds already. */
const beyondRefunds = (note: Stripe.CreditNote): number =>
  Math.max(
    0,
    note.post_payment_amount - note.refunds.reduce((sum, one) => sum + one.amount_refunded, 0),
  );

/** The bill that a credit note corrects. */
export async function invoiceOfNote(stripe: Stripe, note: string): Promise<string | null> {
  const found = await stripe.creditNotes.retrieve(note);
  return idOf(found.invoice);
}

/** The bill that a payment paid; null for a payment of something else. */
export async function invoiceOfPayment(
  stripe: Stripe,
  paymentIntent: string,
): Promise<string | null> {
  const found = await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: paymentIntent },
    limit: 1,
  });
  return idOf(found.data[0]?.invoice ?? null);
}

import type Stripe from 'stripe';
import { idOf, unlessMissing } from './read-checkout.ts';

/** What went back of a payment, in minor units of its currency. */
export interface MoneyReturned {
  paid: number;
  refunded: number;
  /** Withdrawn by disputes and not reinstated. */
  disputed: number;
}

const COUNTED_REFUNDS = new Set(['pending', 'requires_action', 'succeeded']);

/** Adds up every refund and dispute of a payment as they stand now; never more than was paid. */
export async function refundedOf(stripe: Stripe, paymentIntent: string): Promise<MoneyReturned> {
  const intent = await stripe.paymentIntents.retrieve(paymentIntent);
  const paid = intent.amount_received;
  let refunded = 0;
  for await (const refund of stripe.refunds.list({ payment_intent: paymentIntent, limit: 100 })) {
    if (refund.status !== null && COUNTED_REFUNDS.has(refund.status)) refunded += refund.amount;
  }
  let disputed = 0;
  for await (const dispute of stripe.disputes.list({ payment_intent: paymentIntent, limit: 100 })) {
    if (isWithdrawn(dispute)) disputed += dispute.amount;
  }
  const capped = Math.min(refunded, paid);
  return { paid, refunded: capped, disputed: Math.min(disputed, paid - capped) };
}

/** By sign only: balance transactions are in the currency of the settlement, not of the payment. */
const isWithdrawn = (dispute: Stripe.Dispute): boolean =>
  dispute.balance_transactions.reduce((sum, one) => sum + one.amount, 0) < 0;

export async function paymentIntentOf(
  stripe: Stripe,
  type: string,
  id: string,
): Promise<string | null> {
  const object = await unlessMissing<{
    payment_intent: string | { id: string } | null;
  }>(fetchObject(stripe, type, id));
  return object === null ? null : idOf(object.payment_intent);
}

function fetchObject(
  stripe: Stripe,
  type: string,
  id: string,
): Promise<{ payment_intent: string | { id: string } | null }> {
  if (type.startsWith('charge.dispute.')) return stripe.disputes.retrieve(id);
  if (type.startsWith('refund.') || type === 'charge.refund.updated') {
    return stripe.refunds.retrieve(id);
  }
  return stripe.charges.retrieve(id);
}

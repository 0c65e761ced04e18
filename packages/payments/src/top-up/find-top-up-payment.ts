import type Stripe from 'stripe';
import { unlessMissing } from '../read-checkout.ts';
import { cardPaymentOf, type CardPayment } from './card-payment.ts';

/** More payments of one customer since a try began are not looked through. */
const LISTED_MAX = 1_000;
/** Stripe's clock and ours may differ. */
const CLOCKS_APART_SECONDS = 600;

/** A payment by its id; null when this account has none of it. */
export async function readCardPayment(stripe: Stripe, id: string): Promise<CardPayment | null> {
  const intent = await unlessMissing(stripe.paymentIntents.retrieve(id));
  return intent === null ? null : cardPaymentOf(intent);
}

/**
 * The payment of a try whose idempotency key may be forgotten by now, among all that the customer
 * made since `since`. By list, because Stripe's search lags behind.
 */
export async function findTopUpPayment(
  stripe: Stripe,
  { customer, attempt, since }: { customer: string; attempt: string; since: Date },
): Promise<CardPayment | null> {
  const from = Math.floor(since.getTime() / 1_000) - CLOCKS_APART_SECONDS;
  let seen = 0;
  for await (const intent of stripe.paymentIntents.list({
    customer,
    created: { gte: from },
    limit: 100,
  })) {
    const payment = cardPaymentOf(intent);
    if (payment.attempt === attempt) return payment;
    seen += 1;
    if (seen === LISTED_MAX) {
      throw new Error(`${customer} has ${LISTED_MAX} payments since ${since.toISOString()}.`);
    }
  }
  return null;
}

/** Ends a payment that waits for somebody who is not there; one that ended meanwhile stays. */
export async function cancelCardPayment(stripe: Stripe, id: string): Promise<CardPayment> {
  try {
    return cardPaymentOf(await stripe.paymentIntents.cancel(id));
  } catch (error) {
    const now = await stripe.paymentIntents.retrieve(id);
    if (now.status === 'succeeded' || now.status === 'canceled' || now.status === 'processing') {
      return cardPaymentOf(now);
    }
    throw error;
  }
}

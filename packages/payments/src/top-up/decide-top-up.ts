import type { CardPayment } from './card-payment.ts';
import type { Decline } from './classify-decline.ts';

/** What was ordered. */
export interface TopUpTerms {
  attempt: string;
  /** Minor units. */
  amount: number;
  currency: string;
  customer: string | null;
  livemode: boolean;
}

export type TopUpDecision =
  | { action: 'grant'; paymentIntent: string; paid: number }
  | { action: 'wait'; paymentIntent: string }
  | { action: 'decline'; paymentIntent: string; decline: Decline }
  | { action: 'give_up'; paymentIntent: string; reason: string }
  | { action: 'review'; paymentIntent: string; reason: string };

/**
 * What a payment means for the try it was made for. Credits come from the order, money from Stripe;
 * where they differ a person decides.
 */
export function decideTopUp(payment: CardPayment, terms: TopUpTerms): TopUpDecision {
  const { paymentIntent } = payment;
  switch (payment.state) {
    case 'succeeded': {
      const mismatch = mismatchesOf(payment, terms);
      return mismatch.length === 0
        ? { action: 'grant', paymentIntent, paid: payment.received }
        : { action: 'review', paymentIntent, reason: mismatch.join('; ') };
    }
    case 'declined':
      return {
        action: 'decline',
        paymentIntent,
        decline: payment.decline ?? { kind: 'soft', code: null },
      };
    case 'canceled':
      return { action: 'give_up', paymentIntent, reason: 'The payment was cancelled at Stripe' };
    case 'processing':
    case 'open':
      return { action: 'wait', paymentIntent };
  }
}

function mismatchesOf(payment: CardPayment, terms: TopUpTerms): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['the live mode', payment.livemode, terms.livemode],
    ['the try', payment.attempt, terms.attempt],
    ['the currency', payment.currency, terms.currency],
    ['the sum', payment.received, terms.amount],
    ['the customer', payment.customer, terms.customer],
  ];
  return pairs
    .filter(([, actual, expected]) => actual !== expected)
    .map(([what, is, was]) => `${what} is ${String(is)}, ordered was ${String(was)}`);
}

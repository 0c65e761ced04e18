import type Stripe from 'stripe';
import { idOf } from '../read-checkout.ts';
import { classifyDecline, type Decline } from './classify-decline.ts';

/** What Stripe says about a payment by a saved card at this moment. Money is in minor units. */
export interface CardPayment {
  paymentIntent: string;
  /** The try of ours that it was made for; null when it was made for something else. */
  attempt: string | null;
  state: 'succeeded' | 'processing' | 'declined' | 'canceled' | 'open';
  /** Set exactly when it was declined. */
  decline: Decline | null;
  amount: number;
  received: number;
  currency: string;
  customer: string | null;
  /** It waits for its owner, who is not there. */
  parked: boolean;
  livemode: boolean;
}

/** In the metadata of every payment that a top-up makes. */
export const TOP_UP_KIND = 'auto_topup';

/** Reads a payment; `refusal` are the codes of the error it came with, which say more than the object. */
export function cardPaymentOf(intent: Stripe.PaymentIntent, refusal?: Decline): CardPayment {
  const decline = refusal ?? declineOf(intent);
  return {
    paymentIntent: intent.id,
    attempt: intent.metadata['kind'] === TOP_UP_KIND ? (intent.metadata['attempt'] ?? null) : null,
    state: stateOf(intent, decline),
    decline: stateOf(intent, decline) === 'declined' ? decline : null,
    amount: intent.amount,
    received: intent.amount_received,
    currency: intent.currency,
    customer: idOf(intent.customer),
    parked: intent.status === 'requires_action' || intent.status === 'requires_confirmation',
    livemode: intent.livemode,
  };
}

function stateOf(intent: Stripe.PaymentIntent, decline: Decline | null): CardPayment['state'] {
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded';
    case 'processing':
      return 'processing';
    case 'canceled':
      return 'canceled';
    default:
      return decline === null ? 'open' : 'declined';
  }
}

/** Nobody is there to confirm, so what asks for an action was declined. */
function declineOf(intent: Stripe.PaymentIntent): Decline | null {
  if (intent.status === 'requires_action') return { kind: 'authentication', code: null };
  const error = intent.last_payment_error;
  if (error === null) return null;
  return classifyDecline({
    code: error.code,
    declineCode: error.decline_code,
    adviceCode: error.advice_code,
  });
}

import type Stripe from 'stripe';
import { unlessMissing } from './read-checkout.ts';

/** A declined payment of an order of ours. */
export interface FailedPayment {
  charge: string;
  /** `user:…` or `org:…`, as the order's metadata says. */
  wallet: string;
}

/** Null for a charge that is gone, went through, or belongs to no order. */
export async function readFailedPayment(
  stripe: Stripe,
  chargeId: string,
): Promise<FailedPayment | null> {
  const charge = await unlessMissing(stripe.charges.retrieve(chargeId));
  const wallet = charge?.metadata['wallet'];
  if (charge?.status !== 'failed' || charge.metadata['kind'] !== 'order' || !wallet) return null;
  return { charge: charge.id, wallet };
}

/** A payment that somebody warns of. */
export interface WarnedPayment {
  id: string;
  /** `pur_…`, where its metadata names an order. */
  purchase: string | null;
  /** Our id of the top-up that it was made for, which is that of its order, too. */
  attempt: string | null;
}

/** A bank calls a payment fraudulent before anybody disputes it. */
export interface FraudWarning {
  payment: WarnedPayment;
  /** Whether a refund may still avert a dispute. */
  isActionable: boolean;
}

/** Null for a warning that is unknown or about no payment of ours. */
export async function readFraudWarning(stripe: Stripe, id: string): Promise<FraudWarning | null> {
  const warning = await unlessMissing(
    stripe.radar.earlyFraudWarnings.retrieve(id, { expand: ['payment_intent'] }),
  );
  const payment = warnedPayment(warning?.payment_intent);
  if (warning === null || payment === null) return null;
  return { payment, isActionable: warning.actionable };
}

/** A payment that a rule of the shop puts on the list of those to look at. */
export interface PaymentReview {
  payment: WarnedPayment;
  state: 'open' | 'harmless' | 'fraudulent';
}

/** Of the ways a review can end, those that say that something was wrong. */
const FRAUDULENT = new Set<string>(['refunded_as_fraud', 'disputed']);

/** Null for a review that is unknown or about no payment of ours. */
export async function readReview(stripe: Stripe, id: string): Promise<PaymentReview | null> {
  const review = await unlessMissing(stripe.reviews.retrieve(id, { expand: ['payment_intent'] }));
  const payment = warnedPayment(review?.payment_intent);
  if (review === null || payment === null) return null;
  const ended = FRAUDULENT.has(review.closed_reason ?? '') ? 'fraudulent' : 'harmless';
  return { payment, state: review.open ? 'open' : ended };
}

function warnedPayment(
  intent: string | Stripe.PaymentIntent | null | undefined,
): WarnedPayment | null {
  if (typeof intent !== 'object' || intent === null) return null;
  const { purchase = null, attempt = null } = intent.metadata;
  return { id: intent.id, purchase, attempt };
}

import type Stripe from 'stripe';
import { idOf, unlessMissing } from './read-checkout.ts';

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

/** The payment that a bank calls fraudulent before anybody disputes it; null when it has none. */
export async function paymentOfWarning(stripe: Stripe, id: string): Promise<string | null> {
  const warning = await unlessMissing(stripe.radar.earlyFraudWarnings.retrieve(id));
  return warning === null ? null : idOf(warning.payment_intent ?? null);
}

import Stripe from 'stripe';

/**
 * Whether Stripe may answer otherwise later: connection failures, timeouts, 409 (the same key is
 * being worked on), 429 and 5xx. A request that Stripe calls invalid stays invalid.
 */
export function isTransientPaymentError(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  const status = error.statusCode ?? 500;
  return status === 409 || status === 429 || status >= 500;
}

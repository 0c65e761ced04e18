import { Stripe } from 'stripe';

/**
 * Whether Stripe may answer otherwise later: connection failures, timeouts, answers that are not
 * Stripe's (a proxy's error page), 409 (the same key is being worked on), 429 and 5xx. A request that
 * Stripe calls invalid, a declined card and a wrong key stay what they are.
 */
export function isTransientPaymentError(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  const status = error.statusCode;
  if (status === undefined) return error instanceof Stripe.errors.StripeAPIError;
  return status === 409 || status === 429 || status >= 500;
}

/**
 * Whether Stripe takes the key for wrong, or for one that may not do what was asked: 401 and 403. It
 * says nothing about the object that was asked for, and stays so until somebody changes the key.
 */
export const isKeyRefused = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeAuthenticationError ||
  error instanceof Stripe.errors.StripePermissionError;

const RETRY_AFTER_MAX_MS = 60_000;

/** How long Stripe asked to be left alone, in milliseconds, at most a minute; null when it did not. */
export function retryAfterMs(error: unknown): number | null {
  if (!(error instanceof Stripe.errors.StripeError)) return null;
  const header = error.headers?.['retry-after'];
  if (header === undefined || !/^\d{1,9}$/.test(header)) return null;
  return Math.min(Number(header) * 1_000, RETRY_AFTER_MAX_MS);
}

import Stripe from 'stripe';
import { findPromotion, type FoundPromotion, type PromotionUse } from './find-promotion.ts';
import { openCheckout, type CheckoutOrder } from './open-checkout.ts';
import { readCheckout, type CheckoutFacts } from './read-checkout.ts';
import { paymentIntentOf, refundedOf, type MoneyReturned } from './read-reversals.ts';
import { ensureCustomer, type CustomerOf } from './ensure-customer.ts';

export interface StripeConnection {
  secretKey: string;
  /** Another host that speaks Stripe's API; refused together with a live key. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
}

/** Everything Bursar asks of Stripe. Calls throw on outages; see `isTransientPaymentError`. */
export interface PaymentGateway {
  ensureCustomer(of: CustomerOf): Promise<string>;
  findPromotion(code: string, use: PromotionUse): Promise<FoundPromotion>;
  openCheckout(order: CheckoutOrder): Promise<{ session: string; url: string }>;
  /** Null for a session that this Stripe account does not know. */
  readCheckout(session: string): Promise<CheckoutFacts | null>;
  refundedOf(paymentIntent: string): Promise<MoneyReturned>;
  /** The payment that a refund, charge or dispute event is about. */
  paymentIntentOf(eventType: string, objectId: string): Promise<string | null>;
}

const API_VERSION = '2026-10-28.endive';

/** @throws Error when a live key would be sent to another host than Stripe's. */
export function connectStripe(connection: StripeConnection): PaymentGateway {
  const stripe = new Stripe(connection.secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 2,
    timeout: connection.timeoutMs ?? 20_000,
    telemetry: false,
    ...hostOf(connection),
  });
  return {
    ensureCustomer: (of) => ensureCustomer(stripe, of),
    findPromotion: (code, use) => findPromotion(stripe, code, use),
    openCheckout: (order) => openCheckout(stripe, order),
    readCheckout: (session) => readCheckout(stripe, session),
    refundedOf: (paymentIntent) => refundedOf(stripe, paymentIntent),
    paymentIntentOf: (type, id) => paymentIntentOf(stripe, type, id),
  };
}

function hostOf({ secretKey, apiUrl }: StripeConnection): Stripe.StripeConfig {
  if (apiUrl === undefined) return {};
  if (/^(sk|rk)_live_/.test(secretKey)) {
    throw new Error(
      'STRIPE_API_URL is set together with a live Stripe key. Unset it, or use a test key: a live key is sent to Stripe only.',
    );
  }
  const url = new URL(apiUrl);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443), protocol };
}

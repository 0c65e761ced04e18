import { Stripe } from 'stripe';

/** What Stripe says about a session at this moment. Money is in minor units of `currency`. */
export interface CheckoutFacts {
  session: string;
  /** `open`, `complete` or `expired`. */
  status: string | null;
  /** `paid`, `unpaid` or `no_payment_required`. */
  paymentStatus: string;
  mode: string;
  /** The order the session was opened for. */
  purchaseId: string | null;
  /** The wallet named in the session's metadata. */
  wallet: string | null;
  /** Micro-credits that the page was opened for; null on pages that do not say it. */
  credits: bigint | null;
  customer: string | null;
  currency: string | null;
  subtotal: number | null;
  total: number | null;
  discount: number;
  tax: number;
  paymentIntent: string | null;
  /** Tells a payment that failed after the page was completed from one still on its way. */
  paymentIntentStatus: string | null;
  promotion: string | null;
  livemode: boolean;
}

/** Null for a session that this account does not know. */
export async function readCheckout(stripe: Stripe, id: string): Promise<CheckoutFacts | null> {
  const session = await unlessMissing(
    stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] }),
  );
  return session === null ? null : checkoutFactsOf(session);
}

/** Expects the payment intent expanded; without it a failed payment looks like one on its way. */
export function checkoutFactsOf(session: Stripe.Checkout.Session): CheckoutFacts {
  const intent = session.payment_intent;
  return {
    session: session.id,
    status: session.status,
    paymentStatus: session.payment_status,
    mode: session.mode,
    purchaseId: session.client_reference_id,
    wallet: session.metadata?.['wallet'] ?? null,
    credits: creditsIn(session.metadata?.['credits']),
    customer: idOf(session.customer),
    currency: session.currency,
    subtotal: session.amount_subtotal,
    total: session.amount_total,
    discount: session.total_details?.amount_discount ?? 0,
    tax: session.total_details?.amount_tax ?? 0,
    paymentIntent: idOf(intent),
    paymentIntentStatus: typeof intent === 'object' ? (intent?.status ?? null) : null,
    promotion: idOf(session.discounts?.[0]?.promotion_code ?? null),
    livemode: session.livemode,
  };
}

/** Somebody may have written anything there. */
const creditsIn = (text: string | undefined): bigint | null =>
  text !== undefined && /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : null;

/** Stripe refers to an object by its id or, expanded, by the object. */
export function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference;
}

/** Turns "no such object" into null; every other failure stays one. */
export async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing')
      return null;
    throw error;
  }
}

import type Stripe from 'stripe';

/** What Stripe says about a session at this moment. Money is in minor units of `currency`. */
export interface CheckoutFacts {
  session: string;
  status: string | null;
  paymentStatus: string;
  mode: string;
  /** The order the session was opened for. */
  purchaseId: string | null;
  customer: string | null;
  currency: string | null;
  subtotal: number | null;
  total: number | null;
  discount: number;
  tax: number;
  paymentIntent: string | null;
  promotion: string | null;
  livemode: boolean;
}

export async function readCheckout(stripe: Stripe, id: string): Promise<CheckoutFacts | null> {
  const session = await unlessMissing(stripe.checkout.sessions.retrieve(id));
  if (session === null) return null;
  return {
    session: session.id,
    status: session.status,
    paymentStatus: session.payment_status,
    mode: session.mode,
    purchaseId: session.client_reference_id,
    customer: idOf(session.customer),
    currency: session.currency,
    subtotal: session.amount_subtotal,
    total: session.amount_total,
    discount: session.total_details?.amount_discount ?? 0,
    tax: session.total_details?.amount_tax ?? 0,
    paymentIntent: idOf(session.payment_intent),
    promotion: idOf(session.discounts?.[0]?.promotion_code ?? null),
    livemode: session.livemode,
  };
}

/** Stripe refers to an object by its id or, expanded, by the object. */
export function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference;
}

/** Turns "no such object" into null; every other failure stays one. */
export async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'resource_missing') return null;
    throw error;
  }
}

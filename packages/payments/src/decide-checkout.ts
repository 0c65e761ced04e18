import type { CheckoutFacts } from './read-checkout.ts';

/** The order as the ledger keeps it. */
export interface OrderTerms {
  /** Public id, `pur_…`. */
  id: string;
  /** Minor units. */
  subtotal: number;
  currency: string;
  customer: string | null;
  livemode: boolean;
}

/** What came in for an order, in minor units. */
export interface Payment {
  session: string;
  /** Without taxes, which are the state's. */
  paidTotal: number;
  tax: number;
  discount: number;
  paymentIntent: string | null;
  promotion: string | null;
}

export type CheckoutDecision =
  | { action: 'grant'; payment: Payment }
  | { action: 'wait' }
  /** Nothing is left to do for the customer; the money is on its way. */
  | { action: 'await_funds' }
  | { action: 'close'; status: 'expired' | 'failed' }
  | { action: 'review'; reason: string };

/** A bank debit completes the page days before its money arrives, or does not. */
const FAILED_INTENTS = new Set(['requires_payment_method', 'canceled']);

/**
 * What a session means for its order. Credits come from the order, money from Stripe: the sums are
 * only compared, and where they differ a person decides instead of the ledger.
 */
export function decideCheckout(facts: CheckoutFacts, order: OrderTerms): CheckoutDecision {
  if (facts.status === 'expired') return { action: 'close', status: 'expired' };
  if (facts.status !== 'complete') return { action: 'wait' };
  if (!['paid', 'no_payment_required'].includes(facts.paymentStatus)) {
    return FAILED_INTENTS.has(facts.paymentIntentStatus ?? '')
      ? { action: 'close', status: 'failed' }
      : { action: 'await_funds' };
  }
  const payment = paymentOf(facts);
  const mismatch = [...mismatchesOf(facts, order), ...impossibleSums(payment, order)];
  return mismatch.length === 0
    ? { action: 'grant', payment }
    : { action: 'review', reason: mismatch.join('; ') };
}

function paymentOf(facts: CheckoutFacts): Payment {
  return {
    session: facts.session,
    paidTotal: (facts.total ?? 0) - facts.tax,
    tax: facts.tax,
    discount: facts.discount,
    paymentIntent: facts.paymentIntent,
    promotion: facts.promotion,
  };
}

function mismatchesOf(facts: CheckoutFacts, order: OrderTerms): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['the mode', facts.mode, 'payment'],
    ['the live mode', facts.livemode, order.livemode],
    ['the order', facts.purchaseId, order.id],
    ['the currency', facts.currency, order.currency],
    ['the subtotal', facts.subtotal, order.subtotal],
    ['the customer', facts.customer, order.customer],
  ];
  return pairs
    .filter(([, actual, expected]) => actual !== expected)
    .map(([what, is, was]) => `${what} is ${String(is)}, ordered was ${String(was)}`);
}

/** Shipping, tips or a shape of session that we never open would show up here. */
function impossibleSums({ paidTotal, discount }: Payment, order: OrderTerms): string[] {
  return [
    ['the sum paid', paidTotal] as const,
    ['the discount', discount] as const,
    ['the sum paid plus the discount', paidTotal + discount] as const,
  ]
    .filter(([, amount]) => amount < 0 || amount > order.subtotal)
    .map(([what, amount]) => `${what} is ${amount}, between 0 and ${order.subtotal} was expected`);
}

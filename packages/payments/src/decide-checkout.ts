import type { CheckoutFacts } from './read-checkout.ts';

/** The order as the ledger keeps it. */
export interface OrderTerms {
  id: string;
  subtotal: number;
  currency: string;
  customer: string | null;
  livemode: boolean;
}

export type CheckoutDecision =
  | {
      action: 'grant';
      payment: {
        session: string;
        paidTotal: number;
        discount: number;
        paymentIntent: string | null;
        promotion: string | null;
      };
    }
  | { action: 'wait' }
  | { action: 'close'; status: 'expired' | 'failed' }
  | { action: 'review'; reason: string };

/**
 * What a session means for its order. Credits come from the order, money from Stripe: the sums are
 * only compared, and where they differ a person decides instead of the ledger.
 */
export function decideCheckout(facts: CheckoutFacts, order: OrderTerms): CheckoutDecision {
  if (facts.status === 'expired') return { action: 'close', status: 'expired' };
  if (facts.status !== 'complete') return { action: 'wait' };
  // A bank debit completes the page days before the money arrives.
  if (!['paid', 'no_payment_required'].includes(facts.paymentStatus)) return { action: 'wait' };
  const mismatch = mismatchOf(facts, order);
  if (mismatch !== null) return { action: 'review', reason: mismatch };
  return {
    action: 'grant',
    payment: {
      session: facts.session,
      paidTotal: (facts.total ?? 0) - facts.tax,
      discount: facts.discount,
      paymentIntent: facts.paymentIntent,
      promotion: facts.promotion,
    },
  };
}

function mismatchOf(facts: CheckoutFacts, order: OrderTerms): string | null {
  const pairs: [string, unknown, unknown][] = [
    ['the mode', facts.mode, 'payment'],
    ['the live mode', facts.livemode, order.livemode],
    ['the order', facts.purchaseId, order.id],
    ['the currency', facts.currency, order.currency],
    ['the subtotal', facts.subtotal, order.subtotal],
    ['the customer', facts.customer, order.customer],
  ];
  const wrong = pairs.filter(([, actual, expected]) => actual !== expected);
  return wrong.length === 0
    ? null
    : wrong
        .map(([what, is, was]) => `${what} is ${String(is)}, ordered was ${String(was)}`)
        .join('; ');
}

import { Stripe } from 'stripe';

/**
 * Ends a subscription now: nothing more is billed, and nothing of the running period is given back.
 * One that has ended, or that this account does not know, is no failure.
 */
export async function endSubscription(stripe: Stripe, id: string, key: string): Promise<void> {
  try {
    await stripe.subscriptions.cancel(id, {}, { idempotencyKey: `subscription-end:${key}` });
  } catch (error) {
    // What has ended is answered like what never was.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (error.code !== 'resource_missing') throw error;
  }
}

/** Why Stripe will not give the money back. */
export type BillRefund = { ok: true } | { ok: false; detail: string };

/** Gives back all that is left of a bill's payments. Asked again under its key it refunds once. */
export async function refundBill(
  stripe: Stripe,
  paymentIntents: readonly string[],
  key: string,
): Promise<BillRefund> {
  const refused: string[] = [];
  for (const payment of paymentIntents) {
    const answer = await refundWhole(stripe, payment, key);
    if (answer !== null) refused.push(`${payment}: ${answer}`);
  }
  return refused.length === 0 ? { ok: true } : { ok: false, detail: refused.join('; ') };
}

/** Null when it is refunded, now or before. */
async function refundWhole(stripe: Stripe, payment: string, key: string): Promise<string | null> {
  try {
    const refund = await stripe.refunds.create(
      {
        payment_intent: payment,
        reason: 'duplicate',
        metadata: { kind: 'duplicate', errand: key },
      },
      { idempotencyKey: `duplicate:${key}:${payment}` },
    );
    return refund.status === 'failed' || refund.status === 'canceled'
      ? `the refund ${refund.id} is ${refund.status}`
      : null;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    return error.code === 'charge_already_refunded' ? null : error.message;
  }
}

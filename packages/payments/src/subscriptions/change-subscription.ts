import type { PlanTerms } from '@bursar/contracts';
import { Stripe } from 'stripe';
import { ensurePrice } from './ensure-price.ts';
import { metadataOf } from './plan-metadata.ts';
import { readSubscription } from './read-subscription.ts';

export type SubscriptionChange =
  | { change: 'plan'; terms: PlanTerms; quantity: number }
  | { change: 'cancel' }
  | { change: 'resume' };

/** Stripe would not do it: the card was declined, or the subscription does not go on. */
export type ChangeOutcome =
  | { ok: true }
  | { ok: false; code: 'payment_refused' | 'subscription_not_active'; detail: string };

/**
 * Changes a subscription at Stripe. What costs more is charged at once for the rest of the period, or
 * nothing changes; what costs less counts from the next period on and gives no money back. `key`
 * names the change: called again with it, Stripe answers as it did the first time.
 */
export async function changeSubscription(
  stripe: Stripe,
  id: string,
  asked: SubscriptionChange,
  key: string,
): Promise<ChangeOutcome> {
  try {
    const params = await paramsFor(stripe, id, asked);
    if (params === null) return notActive();
    await stripe.subscriptions.update(id, params, { idempotencyKey: `subscription-change:${key}` });
    return { ok: true };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

async function paramsFor(
  stripe: Stripe,
  id: string,
  asked: SubscriptionChange,
): Promise<Stripe.SubscriptionUpdateParams | null> {
  const now = await readSubscription(stripe, id);
  if (now === null || now.endedAt !== null) return null;
  if (asked.change !== 'plan') return { cancel_at_period_end: asked.change === 'cancel' };
  const { terms, quantity } = asked;
  const price = await ensurePrice(stripe, terms);
  const before = (now.sold?.terms?.amount ?? 0) * now.quantity;
  const costsMore = terms.amount * quantity > before;
  return {
    items: [{ id: now.item, price, quantity }],
    metadata: metadataOf({
      subscription: now.sold?.subscription ?? null,
      wallet: now.sold?.wallet ?? '',
      terms,
    }),
    proration_behavior: costsMore ? 'always_invoice' : 'none',
    ...(costsMore ? { payment_behavior: 'error_if_incomplete' } : {}),
  };
}

const notActive = (): ChangeOutcome => ({
  ok: false,
  code: 'subscription_not_active',
  detail: 'The subscription has ended; nothing was changed. Order a new one.',
});

function refusalIn(error: unknown): ChangeOutcome | null {
  if (error instanceof Stripe.errors.StripeCardError) {
    return {
      ok: false,
      code: 'payment_refused',
      detail: `The card was declined (${error.decline_code ?? error.code ?? 'no reason given'}); nothing was changed and no credits moved. Renew the card in the portal, then try again.`,
    };
  }
  const isGone =
    error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
  return isGone ? notActive() : null;
}

import type { PlanTerms } from '@bursar/contracts';
import { Stripe } from 'stripe';
import { ensurePrice } from './ensure-price.ts';
import { metadataOf } from './plan-metadata.ts';
import { readSubscription, type SubscriptionState } from './read-subscription.ts';

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
 * names the change: called again with it, nothing is charged twice.
 */
export async function changeSubscription(
  stripe: Stripe,
  id: string,
  asked: SubscriptionChange,
  key: string,
): Promise<ChangeOutcome> {
  try {
    const now = await readSubscription(stripe, id);
    if (now === null || now.endedAt !== null) return notActive();
    if (isDone(now, asked)) return { ok: true };
    const params = await paramsFor(stripe, now, asked);
    await stripe.subscriptions.update(id, params, { idempotencyKey: `subscription-change:${key}` });
    return { ok: true };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

/**
 * A change whose answer was lost. What is sent depends on what stands there, so asking again would
 * send something else under the same key, which Stripe refuses.
 */
function isDone(now: SubscriptionState, asked: SubscriptionChange): boolean {
  const { subscription = null, wallet = '', terms = null } = now.sold ?? {};
  if (asked.change !== 'plan' || terms === null) return false;
  const sold = (as: PlanTerms) => JSON.stringify(metadataOf({ subscription, wallet, terms: as }));
  return now.quantity === asked.quantity && sold(terms) === sold(asked.terms);
}

async function paramsFor(
  stripe: Stripe,
  now: SubscriptionState,
  asked: SubscriptionChange,
): Promise<Stripe.SubscriptionUpdateParams> {
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

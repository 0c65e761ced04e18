import type { PlanTerms } from '@bursar/contracts';
import { Stripe } from 'stripe';
import { ensurePrice } from './ensure-price.ts';
import { metadataOf } from './plan-metadata.ts';
import { readSubscription, timeOf, type SubscriptionState } from './read-subscription.ts';

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
 * nothing changes; what costs less begins with the next period, so that nobody pays, or is granted,
 * the same difference again. Going back to what there is calls a smaller plan off. `key` names the
 * change: called again with it, nothing is charged twice.
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
    if (asked.change === 'plan') return await changePlan(stripe, now, asked, key);
    // A schedule would have its own word about the end.
    if (now.schedule !== null) await release(stripe, now.schedule, key);
    const params = { cancel_at_period_end: asked.change === 'cancel' };
    await stripe.subscriptions.update(id, params, { idempotencyKey: `subscription-change:${key}` });
    return { ok: true };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

type PlanChange = Extract<SubscriptionChange, { change: 'plan' }>;

/**
 * Looks first at what stands there: asking again after a lost answer would send something else under
 * the same key, which Stripe refuses.
 */
async function changePlan(
  stripe: Stripe,
  now: SubscriptionState,
  asked: PlanChange,
  key: string,
): Promise<ChangeOutcome> {
  if (now.next !== null && isSame(now, now.next, asked)) return { ok: true };
  const { terms } = now.sold ?? { terms: null };
  const costsMore = asked.terms.amount * asked.quantity > (terms?.amount ?? 0) * now.quantity;
  const isThere = terms !== null && isSame(now, { terms, quantity: now.quantity }, asked);
  if (isThere || costsMore || now.status === 'trialing') {
    if (now.schedule !== null) await release(stripe, now.schedule, key);
    if (!isThere) await changeNow(stripe, now, asked, key, costsMore);
    return { ok: true };
  }
  if (now.cancelAt !== null) return endsAnyway();
  await changeNextPeriod(stripe, now, asked, key);
  return { ok: true };
}

type Sold = Pick<PlanChange, 'terms' | 'quantity'>;

const isSame = (now: SubscriptionState, one: Sold, other: Sold): boolean =>
  one.quantity === other.quantity &&
  JSON.stringify(soldAs(now, one.terms)) === JSON.stringify(soldAs(now, other.terms));

const soldAs = ({ sold }: SubscriptionState, terms: PlanTerms): Record<string, string> =>
  metadataOf({ subscription: sold?.subscription ?? null, wallet: sold?.wallet ?? '', terms });

async function changeNow(
  stripe: Stripe,
  now: SubscriptionState,
  { terms, quantity }: PlanChange,
  key: string,
  costsMore: boolean,
): Promise<void> {
  const price = await ensurePrice(stripe, terms);
  await stripe.subscriptions.update(
    now.id,
    {
      items: [{ id: now.item, price, quantity }],
      metadata: soldAs(now, terms),
      proration_behavior: costsMore ? 'always_invoice' : 'none',
      ...(costsMore ? { payment_behavior: 'error_if_incomplete' } : {}),
    },
    { idempotencyKey: `subscription-change:${key}` },
  );
}

/** A schedule that a lost answer left behind, or that planned something else, is used again. */
async function changeNextPeriod(
  stripe: Stripe,
  now: SubscriptionState,
  { terms, quantity }: PlanChange,
  key: string,
): Promise<void> {
  const price = await ensurePrice(stripe, terms);
  const schedule =
    now.schedule === null
      ? await stripe.subscriptionSchedules.create(
          { from_subscription: now.id },
          { idempotencyKey: `subscription-schedule:${key}` },
        )
      : await stripe.subscriptionSchedules.retrieve(now.schedule);
  const running = schedule.phases.find(({ end_date }) => timeOf(end_date) >= now.periodEnd);
  if (running === undefined)
    throw new Error(`${schedule.id} says nothing about the running period.`);
  await stripe.subscriptionSchedules.update(schedule.id, {
    end_behavior: 'release',
    proration_behavior: 'none',
    phases: [
      {
        start_date: running.start_date,
        end_date: Math.floor(Date.parse(now.periodEnd) / 1_000),
        items: [{ price: now.price, quantity: now.quantity }],
        ...(now.sold?.terms ? { metadata: soldAs(now, now.sold.terms) } : {}),
      },
      {
        duration: { interval: terms.every, interval_count: 1 },
        items: [{ price, quantity }],
        metadata: soldAs(now, terms),
      },
    ],
  });
}

const release = (stripe: Stripe, schedule: string, key: string): Promise<unknown> =>
  stripe.subscriptionSchedules.release(
    schedule,
    {},
    { idempotencyKey: `subscription-release:${schedule}:${key}` },
  );

const endsAnyway = (): ChangeOutcome => ({
  ok: false,
  code: 'subscription_not_active',
  detail:
    'The subscription ends with its period, and a smaller plan would begin only then; nothing was changed. Resume it first.',
});

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

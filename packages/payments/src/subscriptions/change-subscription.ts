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
    // A declined card must leave what was planned as it is, so that is called off only afterwards.
    if (!isThere) await changeNow(stripe, now, asked, key, costsMore);
    if (now.schedule !== null) await release(stripe, now.schedule, key);
    return { ok: true };
  }
  if (now.cancelAt !== null) return endsAnyway();
  return changeNextPeriod(stripe, now, asked, key);
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
): Promise<ChangeOutcome> {
  const price = await ensurePrice(stripe, terms);
  const schedule =
    now.schedule === null
      ? await stripe.subscriptionSchedules.create(
          { from_subscription: now.id },
          { idempotencyKey: `subscription-schedule:${key}` },
        )
      : await stripe.subscriptionSchedules.retrieve(now.schedule);
  // What somebody changed at Stripe meanwhile must not be undone by what was read before.
  const running = await readSubscription(stripe, now.id);
  if (running === null || running.endedAt !== null) return notActive();
  const phase = schedule.phases.find(({ end_date }) => timeOf(end_date) >= running.periodEnd);
  if (phase === undefined) throw new Error(`${schedule.id} says nothing about the running period.`);
  await stripe.subscriptionSchedules.update(schedule.id, {
    end_behavior: 'release',
    proration_behavior: 'none',
    phases: [
      {
        start_date: phase.start_date,
        end_date: Math.floor(Date.parse(running.periodEnd) / 1_000),
        items: [{ price: running.price, quantity: running.quantity }],
        ...discountsFrom(running, running.periodStart),
        ...(running.sold?.terms ? { metadata: soldAs(running, running.sold.terms) } : {}),
      },
      {
        duration: { interval: terms.every, interval_count: 1 },
        items: [{ price, quantity }],
        ...discountsFrom(running, running.periodEnd),
        metadata: soldAs(running, terms),
      },
    ],
  });
  return { ok: true };
}

/**
 * A phase has only the discounts that it names. Where the subscription has none of its own, Stripe
 * takes the customer's, and goes on to do so when nothing is named.
 */
function discountsFrom(
  { discounts }: SubscriptionState,
  start: string,
): { discounts?: { discount: string }[] } {
  const lasting = discounts.filter(({ end }) => end === null || end > start);
  return lasting.length === 0 ? {} : { discounts: lasting.map(({ id }) => ({ discount: id })) };
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

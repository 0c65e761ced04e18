import type { PlanTerms } from '@bursar/contracts';
import type Stripe from 'stripe';
import { idOf, unlessMissing } from '../read-checkout.ts';
import { readMetadata, type SoldPlan } from './plan-metadata.ts';

/** What Stripe says about a subscription. Times are RFC 3339. */
export interface SubscriptionState {
  id: string;
  /** What its metadata names; null when it is none of ours. */
  sold: SoldPlan | null;
  status: string;
  customer: string | null;
  quantity: number;
  item: string;
  price: string;
  lookupKey: string | null;
  discounts: RunningDiscount[];
  periodStart: string;
  periodEnd: string;
  trialEnd: string | null;
  /** When it ends, whether at the period's end or at a moment somebody chose. */
  cancelAt: string | null;
  canceledAt: string | null;
  endedAt: string | null;
  latestInvoice: string | null;
  /** What manages its periods at Stripe, and what its next one begins with where that says so. */
  schedule: string | null;
  next: NextPeriod | null;
}

/** A discount of the subscription's own, not its customer's; `end` is null when it goes on for good. */
export interface RunningDiscount {
  id: string;
  end: string | null;
}

/** A plan that takes effect with the next period. */
export interface NextPeriod {
  terms: PlanTerms;
  quantity: number;
  at: string;
}

/** Null for a subscription that this account does not know, or that has no items any more. */
export async function readSubscription(
  stripe: Stripe,
  id: string,
): Promise<SubscriptionState | null> {
  const subscription = await unlessMissing(
    stripe.subscriptions.retrieve(id, { expand: ['schedule', 'discounts'] }),
  );
  const item = subscription?.items.data[0];
  if (subscription === null || item === undefined) return null;
  const periodEnd = timeOf(item.current_period_end);
  return {
    id: subscription.id,
    sold: readMetadata(subscription.metadata),
    status: subscription.status,
    customer: idOf(subscription.customer),
    quantity: item.quantity ?? 1,
    item: item.id,
    price: item.price.id,
    lookupKey: item.price.lookup_key,
    discounts: subscription.discounts.map(runningDiscount),
    periodStart: timeOf(item.current_period_start),
    periodEnd,
    trialEnd: timeOrNull(subscription.trial_end),
    cancelAt: subscription.cancel_at_period_end ? periodEnd : timeOrNull(subscription.cancel_at),
    canceledAt: timeOrNull(subscription.canceled_at),
    endedAt: timeOrNull(subscription.ended_at),
    latestInvoice: idOf(subscription.latest_invoice),
    schedule: idOf(subscription.schedule),
    next: nextPeriod(subscription.schedule, item.current_period_end),
  };
}

/** Null also where somebody planned in the dashboard what no plan of ours names. */
function nextPeriod(
  schedule: Stripe.Subscription['schedule'],
  periodEnd: number,
): NextPeriod | null {
  if (schedule === null || typeof schedule === 'string') return null;
  const phase = schedule.phases.find(({ start_date: start }) => start >= periodEnd);
  const terms = readMetadata(phase?.metadata ?? null)?.terms ?? null;
  if (phase === undefined || terms === null) return null;
  return { terms, quantity: phase.items[0]?.quantity ?? 1, at: timeOf(phase.start_date) };
}

const runningDiscount = (discount: string | Stripe.Discount): RunningDiscount =>
  typeof discount === 'string'
    ? { id: discount, end: null }
    : { id: discount.id, end: timeOrNull(discount.end) };

/** Stripe counts seconds since 1970. */
export const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();
const timeOrNull = (seconds: number | null): string | null =>
  seconds === null ? null : timeOf(seconds);

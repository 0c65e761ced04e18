import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import type { SubscriptionRecord, WireSubscription } from '../../state/billing-records.ts';
import { planOf } from '../subscriptions/build-item.ts';
import { detachSchedule } from './detach-schedule.ts';

/**
 * What the phase that begins with a renewal changes of its subscription, beside the period. A
 * schedule whose phases are over lets go of it.
 */
export function enterPhase(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  at: number,
): SubscriptionRecord {
  const { subscription } = record;
  const schedule = emulator.state.subscriptionSchedules.get(idOf(subscription.schedule ?? ''));
  if (schedule?.status !== 'active') return record;
  const phase = schedule.phases.find((one) => one.start_date <= at && at < one.end_date);
  if (phase === undefined) {
    detachSchedule(emulator, cause, schedule, 'released');
    return { ...record, subscription: { ...subscription, schedule: null } };
  }
  emulator.state.subscriptionSchedules.put({
    ...schedule,
    current_phase: { start_date: phase.start_date, end_date: phase.end_date },
  });
  return {
    ...record,
    subscription: { ...subscription, ...inPhase(emulator, subscription, phase) },
  };
}

/** What a phase makes of its subscription: a discount that it does not name is over. */
export function inPhase(
  { state }: Emulator,
  { discounts, items, metadata }: WireSubscription,
  phase: Stripe.SubscriptionSchedule.Phase,
): Pick<WireSubscription, 'discounts' | 'items' | 'metadata'> {
  const [wanted] = phase.items;
  const price = state.prices.get(idOf(wanted?.price ?? null));
  if (!price) throw new Error('A phase names a price that is not there any more.');
  const data = items.data.map((item) => ({
    ...item,
    plan: planOf(price),
    price,
    quantity: wanted?.quantity ?? 1,
  }));
  const named = new Set(phase.discounts.map(({ discount }) => idOf(discount)));
  return {
    discounts: discounts.filter((one) => named.has(idOf(one))),
    items: { ...items, data },
    metadata: { ...metadata, ...phase.metadata },
  };
}

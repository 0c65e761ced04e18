import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { changeSubscription } from '../subscriptions/change-subscription.ts';

/** A schedule has nothing more to say about its subscription, which stays as it is. */
export function detachSchedule(
  emulator: Emulator,
  cause: Cause,
  schedule: Stripe.SubscriptionSchedule,
  status: 'canceled' | 'released',
): Stripe.SubscriptionSchedule {
  const now = emulator.clock.nowSeconds();
  const after = emulator.state.subscriptionSchedules.put<Stripe.SubscriptionSchedule>({
    ...schedule,
    current_phase: null,
    status,
    ...(status === 'released'
      ? {
          released_at: now,
          released_subscription: idOf(schedule.subscription),
          subscription: null,
        }
      : { canceled_at: now }),
  });
  emitEvent(emulator, cause, `subscription_schedule.${status}`, after, schedule);
  const record = emulator.state.subscriptions.get(idOf(schedule.subscription));
  if (record && status === 'released')
    changeSubscription(emulator, cause, record, { schedule: null });
  return after;
}

import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SubscriptionRecord, WireSubscription } from '../../state/billing-records.ts';
import { idOf } from '../../state/id-of.ts';
import { detachSchedule } from '../subscription-schedules/detach-schedule.ts';
import { isLive } from './change-subscription.ts';

/** Ends a subscription for good; its open invoices stay open, but are not collected any more. */
export function endSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  reason: Stripe.Subscription.CancellationDetails.Reason,
  details: Partial<Stripe.Subscription.CancellationDetails> = {},
): SubscriptionRecord {
  const { subscription } = record;
  const now = emulator.clock.nowSeconds();
  const ended: WireSubscription = {
    ...subscription,
    canceled_at: subscription.canceled_at ?? now,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...subscription.cancellation_details,
      ...details,
      reason: subscription.cancellation_details?.reason ?? reason,
    },
    ended_at: now,
    status: 'canceled',
  };
  const after = emulator.state.subscriptions.put<SubscriptionRecord>({
    ...record,
    pendingLines: [],
    subscription: ended,
  });
  stopCollecting(emulator, record.id);
  const schedule = emulator.state.subscriptionSchedules.get(idOf(subscription.schedule ?? ''));
  if (schedule?.status === 'active') detachSchedule(emulator, cause, schedule, 'canceled');
  emitEvent(emulator, cause, 'customer.subscription.deleted', ended);
  return after;
}

/** Stripe ends the subscriptions of a customer who is deleted. */
export function endSubscriptionsOf(emulator: Emulator, cause: Cause, customer: string): void {
  for (const record of emulator.state.subscriptions.values())
    if (record.subscription.customer === customer && isLive(record))
      endSubscription(emulator, cause, record, 'cancellation_requested');
}

function stopCollecting({ state }: Emulator, subscriptionId: string): void {
  for (const record of state.invoices.values()) {
    const { invoice } = record;
    if (invoice.parent?.subscription_details?.subscription !== subscriptionId) continue;
    if (invoice.status !== 'open' || invoice.next_payment_attempt === null) continue;
    state.invoices.put({
      ...record,
      invoice: { ...invoice, auto_advance: false, next_payment_attempt: null },
    });
  }
}

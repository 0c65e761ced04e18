import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SubscriptionRecord, WireSubscription } from '../../state/billing-records.ts';

/** Replaces fields of a subscription and announces what changed; silent when nothing did. */
export function changeSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  change: Partial<WireSubscription>,
): SubscriptionRecord {
  const subscription = { ...record.subscription, ...change };
  const after = emulator.state.subscriptions.put<SubscriptionRecord>({ ...record, subscription });
  emitEvent(emulator, cause, 'customer.subscription.updated', subscription, record.subscription);
  return after;
}

/** Whether it still renews or can come back to it. */
export function isLive({ subscription }: SubscriptionRecord): boolean {
  return subscription.status !== 'canceled' && subscription.status !== 'incomplete_expired';
}

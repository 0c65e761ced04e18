import { BY_ITSELF, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SubscriptionRecord } from '../../state/billing-records.ts';
import { idOf } from '../../state/id-of.ts';
import { endInvoice } from '../invoices/end-invoice.ts';
import { inTimeOf } from '../test-clocks/time-of.ts';
import { isLive } from './change-subscription.ts';
import { endSubscription } from './end-subscription.ts';
import { renewSubscription } from './renew-subscription.ts';

const HOUR_SECONDS = 60 * 60;
const INCOMPLETE_HOURS = 23;
const TRIAL_NOTICE_HOURS = 3 * 24;

/**
 * Makes the appointments of a subscription: its renewal, its end, the notice before a trial ends,
 * and the lapse of one whose first invoice is not paid. Each looks, when it comes, whether it is
 * still what the subscription wants, so making them again after any change does no harm.
 */
export function scheduleSubscription(anyTime: Emulator, record: SubscriptionRecord): void {
  const { subscription } = record;
  const emulator = inTimeOf(anyTime, subscription);
  if (!isLive(record)) return;
  scheduleRenewal(emulator, record);
  if (subscription.status === 'incomplete') scheduleLapse(emulator, record);
  if (subscription.status === 'trialing') scheduleNotice(emulator, record);
  const { cancel_at: cancelAt } = subscription;
  if (cancelAt === null) return;
  emulator.clock.at(cancelAt * 1000, () => {
    const current = emulator.state.subscriptions.get(record.id);
    if (current && isLive(current) && current.subscription.cancel_at === cancelAt)
      endSubscription(emulator, BY_ITSELF, current, 'cancellation_requested');
  });
}

function scheduleRenewal(emulator: Emulator, { id, subscription }: SubscriptionRecord): void {
  const end = subscription.items.data[0]?.current_period_end ?? 0;
  emulator.clock.at(end * 1000, () => {
    const current = emulator.state.subscriptions.get(id);
    if (!current || !isLive(current) || current.subscription.status === 'incomplete') return;
    if (current.subscription.items.data[0]?.current_period_end !== end) return;
    const ends = current.subscription.cancel_at;
    if (ends !== null && ends <= end)
      endSubscription(emulator, BY_ITSELF, current, 'cancellation_requested');
    else scheduleSubscription(emulator, renewSubscription(emulator, BY_ITSELF, current));
  });
}

function scheduleNotice(emulator: Emulator, { id, subscription }: SubscriptionRecord): void {
  const end = subscription.trial_end ?? 0;
  const noticeAt = end - TRIAL_NOTICE_HOURS * HOUR_SECONDS;
  if (noticeAt <= emulator.clock.nowSeconds()) return;
  emulator.clock.at(noticeAt * 1000, () => {
    const current = emulator.state.subscriptions.get(id)?.subscription;
    if (current?.status === 'trialing' && current.trial_end === end)
      emitEvent(emulator, BY_ITSELF, 'customer.subscription.trial_will_end', current);
  });
}

function scheduleLapse(emulator: Emulator, { id, subscription }: SubscriptionRecord): void {
  emulator.clock.at((subscription.created + INCOMPLETE_HOURS * HOUR_SECONDS) * 1000, () => {
    const current = emulator.state.subscriptions.get(id);
    if (current?.subscription.status !== 'incomplete') return;
    const expired = { ...current.subscription, status: 'incomplete_expired' as const };
    emulator.state.subscriptions.put({ ...current, subscription: expired });
    const invoice = emulator.state.invoices.get(idOf(expired.latest_invoice));
    if (invoice?.invoice.status === 'open') endInvoice(emulator, BY_ITSELF, invoice, 'void');
    emitEvent(emulator, BY_ITSELF, 'customer.subscription.updated', expired, current.subscription);
  });
}

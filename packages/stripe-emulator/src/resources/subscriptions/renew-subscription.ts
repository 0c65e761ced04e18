import type { Cause, Emulator } from '../../emulator.ts';
import type { SubscriptionRecord, WireSubscription } from '../../state/billing-records.ts';
import { enterPhase } from '../subscription-schedules/enter-phase.ts';
import { finalizeInvoice } from '../invoices/finalize-invoice.ts';
import { periodFrom } from './billing-period.ts';
import { changeSubscription } from './change-subscription.ts';
import { collectForSubscription } from './collect-for-subscription.ts';
import { invoiceSubscription, periodLines } from './invoice-period.ts';

/** Begins the next period: moves it, invoices it, and charges the saved card. */
export function renewSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
): SubscriptionRecord {
  const [first] = record.subscription.items.data;
  if (!first) throw new Error('A subscription without items cannot renew.');
  const { subscription } = enterPhase(emulator, cause, record, first.current_period_end);
  const moved = changeSubscription(emulator, cause, record, {
    discounts: subscription.discounts,
    metadata: subscription.metadata,
    schedule: subscription.schedule,
    items: withPeriodFrom(subscription, first.current_period_end),
    status: subscription.status === 'trialing' ? 'active' : subscription.status,
  });
  const drafted = invoiceSubscription(emulator, cause, moved, {
    billingReason: 'subscription_cycle',
    lines: periodLines(emulator, moved),
    period: { start: first.current_period_start, end: first.current_period_end },
  });
  const open = finalizeInvoice(emulator, cause, drafted.invoice);
  return collectForSubscription(emulator, cause, drafted.record, open).record;
}

/** All items share one interval, hence one period. */
export function withPeriodFrom(
  { billing_cycle_anchor: anchor, items }: WireSubscription,
  start: number,
): WireSubscription['items'] {
  return {
    ...items,
    data: items.data.map((item) => {
      if (!item.price.recurring) throw new Error('Only recurring prices are subscribed to.');
      const period = periodFrom(anchor, item.price.recurring, start);
      return {
        ...item,
        current_period_start: period.start,
        current_period_end: period.end,
      };
    }),
  };
}

import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { SubscriptionRecord, WireInvoiceLine } from '../../state/billing-records.ts';
import { finalizeInvoice } from '../invoices/finalize-invoice.ts';
import { settleInvoice } from '../invoices/settle-invoice.ts';
import { periodFrom } from './billing-period.ts';
import { buildItem, type NewItem } from './build-item.ts';
import { buildSubscription } from './build-subscription.ts';
import { collectForSubscription, type SubscriptionCollection } from './collect-for-subscription.ts';
import { invoiceSubscription, periodLines } from './invoice-period.ts';
import { scheduleSubscription } from './schedule-subscription.ts';
import { createDiscount, type SubscriptionDiscount } from './subscription-discount.ts';

export interface NewSubscription {
  customer: Stripe.Customer;
  /** At least one, all with the same currency and interval. */
  items: readonly NewItem[];
  /** Lines for the first invoice only, such as one-time prices bought along with it. */
  extraLines: readonly WireInvoiceLine[];
  metadata: Stripe.Metadata;
  description: string | null;
  discount: SubscriptionDiscount | null;
  isTaxed: boolean;
  trialEnd: number | null;
  defaultPaymentMethod: string | null;
  checkoutSession: string | null;
  /** What Checkout has charged for the first invoice; otherwise the saved card is charged now. */
  paidIntent: Stripe.PaymentIntent | null;
}

/**
 * Begins a subscription and its first invoice. The invoice's events come before those of the
 * subscription, an order that Stripe allows and that receivers must cope with.
 */
export function startSubscription(
  emulator: Emulator,
  cause: Cause,
  wanted: NewSubscription,
): SubscriptionCollection {
  const fresh = putFresh(emulator, wanted);
  const now = emulator.clock.nowSeconds();
  const drafted = invoiceSubscription(emulator, cause, fresh, {
    billingReason: 'subscription_create',
    lines: [...periodLines(emulator, fresh), ...wanted.extraLines],
    period: { start: now, end: now },
  });
  const open = finalizeInvoice(emulator, cause, drafted.invoice, wanted.paidIntent ?? undefined);
  const started: SubscriptionCollection = wanted.paidIntent
    ? {
        record: activate(emulator, drafted.record),
        invoice: settleInvoice(emulator, cause, open, 'charged'),
      }
    : collectForSubscription(emulator, cause, drafted.record, open);
  emitEvent(emulator, cause, 'customer.subscription.created', started.record.subscription);
  scheduleSubscription(emulator, started.record);
  return started;
}

function putFresh(emulator: Emulator, wanted: NewSubscription): SubscriptionRecord {
  const id = newId('sub');
  const now = emulator.clock.nowSeconds();
  const [first] = wanted.items;
  if (!first?.price.recurring) throw new Error('A subscription needs a recurring price.');
  const period =
    wanted.trialEnd === null
      ? periodFrom(now, first.price.recurring, now)
      : { start: now, end: wanted.trialEnd };
  const discount =
    wanted.discount &&
    createDiscount(emulator, wanted.discount, {
      customer: wanted.customer.id,
      subscription: id,
      checkoutSession: wanted.checkoutSession,
    });
  const subscription = buildSubscription(emulator, {
    id,
    customer: wanted.customer.id,
    currency: first.price.currency,
    items: wanted.items.map((item) => buildItem(item, id, period, now)),
    period,
    trialEnd: wanted.trialEnd,
    metadata: wanted.metadata,
    description: wanted.description,
    discount,
    isTaxed: wanted.isTaxed,
    defaultPaymentMethod: wanted.defaultPaymentMethod,
    savesPaymentMethod: wanted.checkoutSession !== null,
    testClock: idOf(wanted.customer.test_clock ?? null) || null,
  });
  return emulator.state.subscriptions.put<SubscriptionRecord>({
    id,
    subscription,
    pendingLines: [],
  });
}

function activate(emulator: Emulator, record: SubscriptionRecord): SubscriptionRecord {
  const { subscription } = record;
  const status = subscription.status === 'trialing' ? 'trialing' : 'active';
  return emulator.state.subscriptions.put<SubscriptionRecord>({
    ...record,
    subscription: { ...subscription, status },
  });
}

import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId } from '../../state/ids.ts';
import { idOf } from '../../state/id-of.ts';
import type { WireSubscription } from '../../state/billing-records.ts';

/** A schedule whose one phase is the running period of a subscription; not stored. */
export function scheduleFrom(
  emulator: Emulator,
  subscription: WireSubscription,
): Stripe.SubscriptionSchedule {
  const [first] = subscription.items.data;
  if (!first) throw new Error('A subscription without items cannot be scheduled.');
  const period = { start_date: first.current_period_start, end_date: first.current_period_end };
  return {
    id: newId('sub_sched'),
    object: 'subscription_schedule',
    application: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    canceled_at: null,
    completed_at: null,
    created: emulator.clock.nowSeconds(),
    current_phase: period,
    customer: idOf(subscription.customer),
    customer_account: null,
    default_settings: DEFAULTS,
    end_behavior: 'release',
    livemode: false,
    metadata: {},
    pause_schedules: [],
    phases: [
      {
        ...BLANK_PHASE,
        ...period,
        currency: subscription.currency,
        discounts: subscription.discounts.map((discount) => phaseDiscount(idOf(discount))),
        items: subscription.items.data.map((item) => phaseItem(item.price.id, item.quantity ?? 1)),
        metadata: subscription.metadata,
      },
    ],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: subscription.id,
    test_clock: subscription.test_clock,
  };
}

export const phaseItem = (
  price: string,
  quantity: number,
): Stripe.SubscriptionSchedule.Phase.Item => ({
  billing_thresholds: null,
  discounts: [],
  metadata: {},
  // Stripe shows every recurring price under its old name, too.
  plan: price,
  price,
  quantity,
  tax_rates: [],
});

export const phaseDiscount = (discount: string): Stripe.SubscriptionSchedule.Phase.Discount => ({
  coupon: null,
  discount,
  promotion_code: null,
});

export const BLANK_PHASE = {
  add_invoice_items: [],
  application_fee_percent: null,
  billing_cycle_anchor: null,
  billing_thresholds: null,
  collection_method: null,
  default_payment_method: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  invoice_settings: null,
  on_behalf_of: null,
  proration_behavior: 'none',
  transfer_data: null,
  trial_end: null,
} satisfies Partial<Stripe.SubscriptionSchedule.Phase>;

const DEFAULTS: Stripe.SubscriptionSchedule.DefaultSettings = {
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor: 'automatic',
  billing_thresholds: null,
  collection_method: 'charge_automatically',
  default_payment_method: null,
  description: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    days_until_due: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  on_behalf_of: null,
  transfer_data: null,
};

import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import type { WireSubscription, WireSubscriptionItem } from '../../state/billing-records.ts';
import type { Period } from './billing-period.ts';

export interface SubscriptionTerms {
  id: string;
  customer: string;
  currency: string;
  items: WireSubscriptionItem[];
  /** The first period; that of the trial when there is one. */
  period: Period;
  /** Unix seconds. */
  trialEnd: number | null;
  metadata: Stripe.Metadata;
  description: string | null;
  discount: Stripe.Discount | null;
  isTaxed: boolean;
  defaultPaymentMethod: string | null;
  savesPaymentMethod: boolean;
  testClock: string | null;
}

/** A subscription that has not been paid for yet; not stored. */
export function buildSubscription(emulator: Emulator, terms: SubscriptionTerms): WireSubscription {
  const now = emulator.clock.nowSeconds();
  const isTrial = terms.trialEnd !== null;
  return {
    ...ABSENT,
    id: terms.id,
    object: 'subscription',
    automatic_tax: {
      disabled_reason: null,
      enabled: terms.isTaxed,
      liability: terms.isTaxed ? { type: 'self' } : null,
    },
    billing_cycle_anchor: terms.trialEnd ?? terms.period.start,
    created: now,
    currency: terms.currency,
    customer: terms.customer,
    default_payment_method: terms.defaultPaymentMethod,
    description: terms.description,
    discounts: terms.discount ? [terms.discount.id] : [],
    items: {
      object: 'list',
      data: terms.items,
      has_more: false,
      url: `/v1/subscription_items?subscription=${terms.id}`,
    },
    latest_invoice: null,
    metadata: terms.metadata,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: terms.savesPaymentMethod ? 'on_subscription' : 'off',
    },
    start_date: now,
    status: isTrial ? 'trialing' : 'incomplete',
    test_clock: terms.testClock,
    trial_end: terms.trialEnd,
    trial_start: isTrial ? now : null,
  };
}

/** What fresh subscriptions do not have, and what those of this emulator never get. */
const ABSENT = {
  application: null,
  application_fee_percent: null,
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  transfer_data: null,
  trial_settings: {
    end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
  },
} satisfies Partial<Stripe.Subscription>;

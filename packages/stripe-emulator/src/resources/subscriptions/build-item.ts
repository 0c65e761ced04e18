import { newId } from '../../state/ids.ts';
import type { WirePlan, WireSubscriptionItem } from '../../state/billing-records.ts';
import type { WirePrice } from '../../state/records.ts';
import type { Period } from './billing-period.ts';

/** What is subscribed to: a recurring price and how many of it. */
export interface NewItem {
  price: WirePrice;
  quantity: number;
  metadata?: Record<string, string>;
}

export function buildItem(
  wanted: NewItem,
  subscription: string,
  period: Period,
  created: number,
): WireSubscriptionItem {
  return {
    id: newId('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: wanted.metadata ?? {},
    plan: planOf(wanted.price),
    price: wanted.price,
    quantity: wanted.quantity,
    subscription,
    tax_rates: [],
  };
}

/** Stripe shows every recurring price under its old name, too. */
export function planOf(price: WirePrice): WirePlan {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? 'month',
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: price.recurring?.trial_period_days ?? null,
    usage_type: 'licensed',
  };
}

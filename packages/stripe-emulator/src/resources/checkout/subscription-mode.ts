import type Stripe from 'stripe';
import { missingParameter } from '../../protocol/fields.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import type { SubscriptionDefaults, WireLineItem } from '../../state/records.ts';
import type { SessionParams } from './session-fields.ts';

const PAYMENT_ONLY = [
  'customer_creation',
  'invoice_creation',
  'payment_intent_data',
  'submit_type',
] as const;
const SUBSCRIPTION_ONLY = ['subscription_data', 'payment_method_collection'] as const;

/** Throws a 400 for parameters that belong to another mode. */
export function requireForMode(params: SessionParams): void {
  const foreign = params.mode === 'subscription' ? PAYMENT_ONLY : SUBSCRIPTION_ONLY;
  for (const name of foreign)
    if (params[name] !== undefined)
      throw invalidRequest(`You can not pass \`${name}\` in \`${params.mode}\` mode.`, name);
  const { trial_end: end, trial_period_days: days } = params.subscription_data ?? {};
  if (end !== undefined && days !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'subscription_data[trial_end]',
      'parameters_exclusive',
    );
}

/** Subscriptions need a recurring price, and one interval for all; payments take none. Throws a 400. */
export function requireRecurring(mode: string, lineItems: readonly WireLineItem[]): void {
  const recurring = lineItems.flatMap(({ price }) => price.recurring ?? []);
  if (mode === 'payment' && recurring.length > 0)
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      'mode',
    );
  if (mode !== 'subscription') return;
  const [first] = recurring;
  if (!first) throw missingParameter('line_items[0][price_data][recurring]');
  if (recurring.some((other) => !sameInterval(first, other)))
    throw invalidRequest(
      'Checkout does not support multiple prices with different billing intervals.',
      'line_items',
    );
}

export function isTrial(params: SessionParams): boolean {
  const data = params.subscription_data;
  return data?.trial_end !== undefined || data?.trial_period_days !== undefined;
}

export function subscriptionDataOf(params: SessionParams): SubscriptionDefaults {
  const data = params.subscription_data;
  return {
    description: data?.description ?? null,
    metadata: mergeMetadata({}, data?.metadata),
    trialDays: data?.trial_period_days ?? null,
    trialEnd: data?.trial_end ?? null,
  };
}

/** Whether the page asks for a card: to pay now, or for the renewals to come. */
export function needsCard({
  amount_total: total,
  mode,
  payment_method_collection: collection,
}: Stripe.Checkout.Session): boolean {
  return total !== 0 || (mode === 'subscription' && collection === 'always');
}

function sameInterval(one: Stripe.Price.Recurring, other: Stripe.Price.Recurring): boolean {
  return one.interval === other.interval && one.interval_count === other.interval_count;
}

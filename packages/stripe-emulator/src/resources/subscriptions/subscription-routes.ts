import type { Emulator } from '../../emulator.ts';
import { oneOf, text } from '../../protocol/fields.ts';
import { isWithin, listObject, listRoute, timeRange } from '../../protocol/list-page.ts';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';
import type { SubscriptionRecord } from '../../state/billing-records.ts';
import { createSubscription } from './create-subscription.ts';
import { isLive } from './change-subscription.ts';
import { endSubscription } from './end-subscription.ts';
import { CANCEL_FIELDS, CREATE_FIELDS, UPDATE_FIELDS } from './subscription-fields.ts';
import { updateSubscription } from './update-subscription.ts';

const STATUSES = oneOf(
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'trialing',
  'unpaid',
);

export const SUBSCRIPTION_ROUTES: Route[] = [
  route(
    'POST',
    '/v1/subscriptions',
    CREATE_FIELDS,
    ({ emulator, params, cause }) => createSubscription(emulator, params, cause).subscription,
  ),
  route(
    'GET',
    '/v1/subscriptions/{id}',
    {},
    ({ emulator, id }) => subscriptionAt(emulator, id).subscription,
  ),
  route(
    'POST',
    '/v1/subscriptions/{id}',
    UPDATE_FIELDS,
    ({ emulator, params, id, cause }) =>
      updateSubscription(emulator, cause, subscriptionAt(emulator, id), params).subscription,
  ),
  route('DELETE', '/v1/subscriptions/{id}', CANCEL_FIELDS, ({ emulator, params, id, cause }) => {
    const record = subscriptionAt(emulator, id);
    if (!isLive(record)) throw noSuchResource('subscription', id);
    const details = params.cancellation_details;
    return endSubscription(emulator, cause, record, 'cancellation_requested', {
      comment: details?.comment ?? null,
      feedback: details?.feedback ?? null,
    }).subscription;
  }),
  listRoute('/v1/subscriptions', {
    noun: 'subscription',
    filters: {
      created: timeRange(),
      current_period_end: timeRange(),
      current_period_start: timeRange(),
      customer: text(),
      price: text(),
      status: STATUSES,
      test_clock: text(),
    },
    table: ({ emulator }) => emulator.state.subscriptions,
    matches: ({ subscription }, filter) => {
      const items = subscription.items.data;
      return (
        hasStatus(subscription.status, filter.status) &&
        (filter.customer === undefined || subscription.customer === filter.customer) &&
        // Subscriptions of tests are met only by whoever names their clock or their customer.
        (subscription.test_clock === (filter.test_clock ?? null) ||
          (filter.test_clock === undefined && filter.customer !== undefined)) &&
        (filter.price === undefined || items.some(({ price }) => price.id === filter.price)) &&
        isWithin(items[0]?.current_period_end ?? 0, filter.current_period_end) &&
        isWithin(items[0]?.current_period_start ?? 0, filter.current_period_start) &&
        isWithin(subscription.created, filter.created)
      );
    },
    present: ({ subscription }) => subscription,
  }),
  route('GET', '/v1/subscription_items', { subscription: text() }, ({ emulator, params }) => {
    const { items } = subscriptionAt(emulator, params.subscription ?? '').subscription;
    return listObject('/v1/subscription_items', items.data);
  }),
];

/** Without a filter, canceled subscriptions are left out, which surprises whoever mirrors them. */
function hasStatus(status: string, wanted: string | undefined): boolean {
  if (wanted === 'all') return true;
  if (wanted === undefined) return status !== 'canceled';
  if (wanted === 'ended') return status === 'canceled' || status === 'incomplete_expired';
  return status === wanted;
}

function subscriptionAt(emulator: Emulator, id: string): SubscriptionRecord {
  const record = emulator.state.subscriptions.get(id);
  if (!record) throw noSuchResource('subscription', id);
  return record;
}

import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { integer, oneOf, text } from '../../protocol/fields.ts';
import { isWithin, listObject, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import type { SessionRecord, WireLineItem } from '../../state/records.ts';
import { taxRate } from '../totals/tax-rate.ts';
import { createSession } from './create-session.ts';
import { expireSession } from './expire-session.ts';
import { SESSION_FIELDS } from './session-fields.ts';

const LINE_ITEMS_PAGE = { limit: integer({ min: 1, max: 100 }), starting_after: text() };
const LINE_ITEMS_LIMIT = 10;

export const SESSION_ROUTES: Route[] = [
  route(
    'POST',
    '/v1/checkout/sessions',
    SESSION_FIELDS,
    ({ emulator, params, cause }) => createSession(emulator, params, cause).session,
  ),
  route(
    'GET',
    '/v1/checkout/sessions/{id}',
    {},
    ({ emulator, id }) => sessionAt(emulator, id).session,
  ),
  route(
    'POST',
    '/v1/checkout/sessions/{id}',
    { metadata: metadata() },
    ({ emulator, params, id }) => {
      const record = sessionAt(emulator, id);
      const changed = mergeMetadata(record.session.metadata ?? {}, params.metadata);
      return emulator.state.sessions.put({
        ...record,
        session: { ...record.session, metadata: changed },
      }).session;
    },
  ),
  route('POST', '/v1/checkout/sessions/{id}/expire', {}, ({ emulator, id, cause }) => {
    const record = sessionAt(emulator, id);
    if (record.session.status !== 'open')
      throw invalidRequest(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${String(record.session.status)}.`,
      );
    return expireSession(emulator, cause, record).session;
  }),
  route(
    'GET',
    '/v1/checkout/sessions/{id}/line_items',
    LINE_ITEMS_PAGE,
    ({ emulator, params, id }) =>
      lineItemsPage(sessionAt(emulator, id), params.limit, params.starting_after),
  ),
  listRoute('/v1/checkout/sessions', {
    noun: 'checkout.session',
    filters: {
      created: timeRange(),
      customer: text(),
      payment_intent: text(),
      status: oneOf('complete', 'expired', 'open'),
      subscription: text(),
    },
    table: ({ emulator }) => emulator.state.sessions,
    matches: ({ session }, filter) =>
      (filter.customer === undefined || session.customer === filter.customer) &&
      (filter.payment_intent === undefined || session.payment_intent === filter.payment_intent) &&
      (filter.status === undefined || session.status === filter.status) &&
      (filter.subscription === undefined || session.subscription === filter.subscription) &&
      isWithin(session.created, filter.created),
    present: ({ session }) => session,
  }),
];

/** In the order in which they were given, unlike every other list. */
export function lineItemsPage(
  record: SessionRecord,
  limit = LINE_ITEMS_LIMIT,
  after?: string,
): object {
  const start =
    after === undefined ? 0 : record.lineItems.findIndex((item) => item.id === after) + 1;
  if (after !== undefined && start === 0) throw noSuchReference('item', after, 'starting_after');
  const page: WireLineItem[] = record.lineItems.slice(start, start + limit);
  const hasMore = start + limit < record.lineItems.length;
  return listObject(`/v1/checkout/sessions/${record.id}/line_items`, page, hasMore);
}

/** The breakdown of `total_details`, shown only when expanded. */
export function totalsBreakdown({
  session,
  discount,
  taxPercent,
}: SessionRecord): Stripe.Checkout.Session.TotalDetails.Breakdown {
  const taxes = taxPercent === null ? [] : [taxOf(session, taxPercent)];
  if (!discount) return { discounts: [], taxes };
  const applied: Stripe.Discount = {
    id: discount.id,
    object: 'discount',
    checkout_session: session.id,
    customer: session.customer,
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: discount.promotionCode,
    source: { coupon: discount.coupon, type: 'coupon' },
    start: session.created,
    subscription: null,
    subscription_item: null,
  };
  return { discounts: [{ amount: discount.amount, discount: applied }], taxes };
}

function taxOf(
  session: Stripe.Checkout.Session,
  percent: number,
): Stripe.Checkout.Session.TotalDetails.Breakdown.Tax {
  const amount = session.total_details?.amount_tax ?? 0;
  return {
    amount,
    rate: taxRate(percent, session.created),
    taxability_reason: 'standard_rated',
    taxable_amount: (session.amount_total ?? 0) - amount,
  };
}

function sessionAt(emulator: Emulator, id: string): SessionRecord {
  const record = emulator.state.sessions.get(id);
  if (!record) throw noSuchResource('checkout.session', id);
  return record;
}

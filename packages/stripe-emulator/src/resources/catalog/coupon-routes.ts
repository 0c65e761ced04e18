import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { currency } from '../../protocol/currencies.ts';
import {
  emptyable,
  integer,
  missingParameter,
  oneOf,
  text,
  type Field,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import { randomToken } from '../../state/ids.ts';
import type { CouponRecord } from '../../state/records.ts';

const CREATE = {
  amount_off: integer({ min: 1 }),
  currency: currency(),
  duration: oneOf('forever', 'once', 'repeating'),
  duration_in_months: integer({ min: 1 }),
  id: text({ max: 200 }),
  max_redemptions: integer({ min: 1 }),
  metadata: metadata(),
  name: text({ max: 40 }),
  percent_off: percent(),
  redeem_by: integer({ min: 1 }),
};

export const COUPON_ROUTES: Route[] = [
  route('POST', '/v1/coupons', CREATE, ({ emulator, params, cause }) => {
    const coupon = emulator.state.coupons.put(buildCoupon(emulator, params));
    const shown = showCoupon(emulator, coupon);
    emitEvent(emulator, cause, 'coupon.created', shown);
    return shown;
  }),
  route('GET', '/v1/coupons/{id}', {}, ({ emulator, id }) =>
    showCoupon(emulator, couponAt(emulator, id)),
  ),
  route(
    'POST',
    '/v1/coupons/{id}',
    { metadata: metadata(), name: emptyable(text({ max: 40 })) },
    (call) => {
      const { emulator, params, id, cause } = call;
      const before = couponAt(emulator, id);
      const after = emulator.state.coupons.put({
        ...before,
        metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
        name: params.name === undefined ? before.name : params.name,
      });
      emitEvent(
        emulator,
        cause,
        'coupon.updated',
        showCoupon(emulator, after),
        showCoupon(emulator, before),
      );
      return showCoupon(emulator, after);
    },
  ),
  route('DELETE', '/v1/coupons/{id}', {}, ({ emulator, id, cause }) => {
    const coupon = couponAt(emulator, id);
    emulator.state.coupons.remove(id);
    emitEvent(emulator, cause, 'coupon.deleted', showCoupon(emulator, coupon));
    const tombstone: Stripe.DeletedCoupon = { id, object: 'coupon', deleted: true };
    return tombstone;
  }),
  listRoute('/v1/coupons', {
    noun: 'coupon',
    filters: { created: timeRange() },
    table: ({ emulator }) => emulator.state.coupons,
    matches: (coupon, { created }) => isWithin(coupon.created, created),
    present: (coupon, { emulator }) => showCoupon(emulator, coupon),
  }),
];

/** The coupon as the API shows it; `valid` depends on the time and on the uses that are left. */
export function showCoupon(emulator: Emulator, coupon: CouponRecord): Stripe.Coupon {
  const isOver = coupon.redeem_by !== null && coupon.redeem_by <= emulator.clock.nowSeconds();
  const isUsedUp =
    coupon.max_redemptions !== null && coupon.times_redeemed >= coupon.max_redemptions;
  return { ...coupon, valid: !isOver && !isUsedUp };
}

export function buildCoupon(emulator: Emulator, params: ParamsOf<typeof CREATE>): CouponRecord {
  const duration = params.duration ?? 'once';
  requireConsistent(params, duration);
  if (params.id !== undefined && emulator.state.coupons.get(params.id))
    throw invalidRequest('Coupon already exists.', 'id', 'resource_already_exists');
  return {
    id: params.id ?? randomToken(8),
    object: 'coupon',
    amount_off: params.amount_off ?? null,
    created: emulator.clock.nowSeconds(),
    currency: params.currency ?? null,
    duration,
    duration_in_months: params.duration_in_months ?? null,
    livemode: false,
    max_redemptions: params.max_redemptions ?? null,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? null,
    percent_off: params.percent_off ?? null,
    redeem_by: params.redeem_by ?? null,
    times_redeemed: 0,
  };
}

function requireConsistent(params: ParamsOf<typeof CREATE>, duration: string): void {
  if ((params.amount_off === undefined) === (params.percent_off === undefined))
    throw invalidRequest('You must pass exactly one of percent_off or amount_off.', 'percent_off');
  if (params.amount_off !== undefined && params.currency === undefined)
    throw invalidRequest(
      'You must pass currency when passing amount_off.',
      'currency',
      'parameter_missing',
    );
  if (duration === 'repeating' && params.duration_in_months === undefined)
    throw missingParameter('duration_in_months');
}

/** A percentage above 0 and up to 100 with at most two decimals. */
function percent(): Field<number> {
  return {
    read(value, path) {
      const number =
        typeof value === 'string' && /^\d{1,3}(\.\d{1,2})?$/.test(value) ? Number(value) : 0;
      if (number <= 0 || number > 100)
        throw invalidRequest(
          'percent_off must be greater than 0 and at most 100, with at most two decimals.',
          path,
        );
      return number;
    },
  };
}

function couponAt(emulator: Emulator, id: string): CouponRecord {
  const coupon = emulator.state.coupons.get(id);
  if (!coupon) throw noSuchResource('coupon', id);
  return coupon;
}

import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { currency } from '../../protocol/currencies.ts';
import {
  flag,
  integer,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { newId, randomToken } from '../../state/ids.ts';
import type { PromotionCodeRecord } from '../../state/records.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { showPromotionCode } from './promotion-code.ts';

const CREATE = {
  active: flag(),
  code: text({ max: 500 }),
  customer: text(),
  expires_at: integer({ min: 1 }),
  max_redemptions: integer({ min: 1 }),
  metadata: metadata(),
  promotion: required(object({ type: required(oneOf('coupon')), coupon: required(text()) })),
  restrictions: object({
    first_time_transaction: flag(),
    minimum_amount: integer({ min: 1 }),
    minimum_amount_currency: currency(),
  }),
};

export const PROMOTION_CODE_ROUTES: Route[] = [
  route('POST', '/v1/promotion_codes', CREATE, ({ emulator, params, cause }) => {
    const code = emulator.state.promotionCodes.put(buildPromotionCode(emulator, params));
    const shown = showPromotionCode(emulator, code);
    emitEvent(emulator, cause, 'promotion_code.created', shown);
    return shown;
  }),
  route('GET', '/v1/promotion_codes/{id}', {}, ({ emulator, id }) =>
    showPromotionCode(emulator, codeAt(emulator, id)),
  ),
  route('POST', '/v1/promotion_codes/{id}', { active: flag(), metadata: metadata() }, (call) => {
    const { emulator, params, id, cause } = call;
    const before = codeAt(emulator, id);
    const after = emulator.state.promotionCodes.put({
      ...before,
      active: params.active ?? before.active,
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    });
    const shown = showPromotionCode(emulator, after);
    emitEvent(
      emulator,
      cause,
      'promotion_code.updated',
      shown,
      showPromotionCode(emulator, before),
    );
    return shown;
  }),
  listRoute('/v1/promotion_codes', {
    noun: 'promotion code',
    filters: {
      active: flag(),
      code: text(),
      coupon: text(),
      created: timeRange(),
      customer: text(),
    },
    table: ({ emulator }) => emulator.state.promotionCodes,
    matches: (record, filter, { emulator }) =>
      (filter.active === undefined ||
        showPromotionCode(emulator, record).active === filter.active) &&
      (filter.code === undefined || record.code.toLowerCase() === filter.code.toLowerCase()) &&
      (filter.coupon === undefined || record.promotion.coupon === filter.coupon) &&
      (filter.customer === undefined || record.customer === filter.customer) &&
      isWithin(record.created, filter.created),
    present: (record, { emulator }) => showPromotionCode(emulator, record),
  }),
];

export function buildPromotionCode(
  emulator: Emulator,
  params: ParamsOf<typeof CREATE>,
): PromotionCodeRecord {
  const { state, clock } = emulator;
  const { coupon } = params.promotion;
  if (!state.coupons.get(coupon)) throw noSuchReference('coupon', coupon, 'promotion[coupon]');
  if (params.customer !== undefined) customerNamed(emulator, params.customer);
  const code = params.code ?? randomToken(8).toUpperCase();
  requireFreeCode(emulator, code, params.customer ?? null);
  const restrictions = params.restrictions ?? {};
  if (
    (restrictions.minimum_amount === undefined) !==
    (restrictions.minimum_amount_currency === undefined)
  )
    throw invalidRequest(
      'Pass restrictions[minimum_amount] and restrictions[minimum_amount_currency] together.',
      'restrictions[minimum_amount]',
    );
  return {
    id: newId('promo'),
    object: 'promotion_code',
    active: params.active ?? true,
    code,
    created: clock.nowSeconds(),
    customer: params.customer ?? null,
    customer_account: null,
    expires_at: params.expires_at ?? null,
    livemode: false,
    max_redemptions: params.max_redemptions ?? null,
    metadata: mergeMetadata({}, params.metadata),
    promotion: { coupon, type: 'coupon' },
    restrictions: {
      first_time_transaction: restrictions.first_time_transaction ?? false,
      minimum_amount: restrictions.minimum_amount ?? null,
      minimum_amount_currency: restrictions.minimum_amount_currency ?? null,
    },
    times_redeemed: 0,
  };
}

/** A code, whatever its case, may be active once for everybody and once for each customer. */
function requireFreeCode(emulator: Emulator, code: string, customer: string | null): void {
  if (!/^[A-Za-z0-9_-]+$/.test(code))
    throw invalidRequest('A promotion code may hold only letters, digits, - and _.', 'code');
  for (const other of emulator.state.promotionCodes.values())
    if (
      other.code.toLowerCase() === code.toLowerCase() &&
      other.customer === customer &&
      showPromotionCode(emulator, other).active
    )
      throw invalidRequest(
        `An active promotion code with \`code: ${code}\` already exists.`,
        'code',
      );
}

function codeAt(emulator: Emulator, id: string): PromotionCodeRecord {
  const code = emulator.state.promotionCodes.get(id);
  if (!code) throw noSuchResource('promotion code', id);
  return code;
}

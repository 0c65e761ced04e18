import { currency } from '../../protocol/currencies.ts';
import { emitEvent } from '../../events/emit-event.ts';
import {
  emptyable,
  flag,
  integer,
  list,
  missingParameter,
  object,
  oneOf,
  required,
  text,
} from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import type { Emulator } from '../../emulator.ts';
import type { WirePrice } from '../../state/records.ts';
import { claimLookupKey, createPrice } from './price.ts';
import { CUSTOM_UNIT_AMOUNT, INTERVAL, RECURRING, requireOneAmount } from './price-terms.ts';
import { createProduct } from './product-routes.ts';

const UNIT_AMOUNT_MAX = 99_999_999;
const TAX_BEHAVIOR = oneOf('exclusive', 'inclusive', 'unspecified');
const SHARED = {
  active: flag(),
  lookup_key: emptyable(text({ max: 200 })),
  metadata: metadata(),
  nickname: text(),
  tax_behavior: TAX_BEHAVIOR,
  transfer_lookup_key: flag(),
};
const CREATE = {
  ...SHARED,
  currency: required(currency()),
  product: text(),
  product_data: object({
    name: required(text({ max: 250 })),
    metadata: metadata(),
    unit_label: text({ max: 12 }),
  }),
  custom_unit_amount: object(CUSTOM_UNIT_AMOUNT),
  recurring: object(RECURRING),
  unit_amount: integer({ min: 0, max: UNIT_AMOUNT_MAX }),
};

export const PRICE_ROUTES: Route[] = [
  route('POST', '/v1/prices', CREATE, ({ emulator, params, cause }) => {
    const { product, product_data: productData, lookup_key: lookupKey, ...rest } = params;
    requireOneAmount(params);
    if (product !== undefined && productData)
      throw invalidRequest(
        'You may only specify one of these parameters: product, product_data.',
        'product',
        'parameters_exclusive',
      );
    if (product === undefined && !productData) throw missingParameter('product');
    const productId =
      product ??
      createProduct(emulator, { ...productData, name: productData?.name ?? '' }, cause).id;
    const lookup = lookupKey === null ? {} : { lookup_key: lookupKey };
    return createPrice(emulator, { ...rest, ...lookup, product: productId }, cause);
  }),
  route('GET', '/v1/prices/{id}', {}, ({ emulator, id }) => priceAt(emulator, id)),
  route('POST', '/v1/prices/{id}', SHARED, ({ emulator, params, id, cause }) => {
    const before = priceAt(emulator, id);
    if (params.lookup_key !== undefined && params.lookup_key !== null)
      claimLookupKey(emulator, params.lookup_key, params.transfer_lookup_key ?? false, cause, id);
    const after = emulator.state.prices.put({
      ...before,
      active: params.active ?? before.active,
      lookup_key: params.lookup_key === undefined ? before.lookup_key : params.lookup_key,
      metadata: mergeMetadata(before.metadata, params.metadata),
      nickname: params.nickname ?? before.nickname,
      tax_behavior: params.tax_behavior ?? before.tax_behavior,
    });
    emitEvent(emulator, cause, 'price.updated', after, before);
    return after;
  }),
  listRoute('/v1/prices', {
    noun: 'price',
    filters: {
      active: flag(),
      created: timeRange(),
      currency: text(),
      lookup_keys: list(text(), { max: 10 }),
      product: text(),
      recurring: object({ interval: INTERVAL }),
      type: oneOf('one_time', 'recurring'),
    },
    table: ({ emulator }) => emulator.state.prices,
    matches: (price, filter) =>
      (filter.active === undefined || price.active === filter.active) &&
      (filter.currency === undefined || price.currency === filter.currency) &&
      (filter.lookup_keys === undefined || filter.lookup_keys.includes(price.lookup_key ?? '')) &&
      (filter.product === undefined || price.product === filter.product) &&
      (filter.recurring?.interval === undefined ||
        price.recurring?.interval === filter.recurring.interval) &&
      (filter.type === undefined || price.type === filter.type) &&
      isWithin(price.created, filter.created),
    present: (price) => price,
  }),
];

function priceAt(emulator: Emulator, id: string): WirePrice {
  const price = emulator.state.prices.get(id);
  if (!price) throw noSuchResource('price', id);
  return price;
}

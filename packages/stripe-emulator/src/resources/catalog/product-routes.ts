import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import {
  emptyable,
  flag,
  integer,
  list,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { currency } from '../../protocol/currencies.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import { createPrice } from './price.ts';
import { CUSTOM_UNIT_AMOUNT, RECURRING, requireOneAmount } from './price-terms.ts';

const SHARED = {
  active: flag(),
  description: emptyable(text({ max: 40_000 })),
  images: list(text({ max: 2048 }), { max: 8 }),
  metadata: metadata(),
  statement_descriptor: text({ max: 22 }),
  unit_label: emptyable(text({ max: 12 })),
  url: emptyable(text({ max: 5_000 })),
};
const CREATE = {
  ...SHARED,
  name: required(text({ max: 250 })),
  id: text({ max: 255 }),
  default_price_data: object({
    currency: required(currency()),
    custom_unit_amount: object(CUSTOM_UNIT_AMOUNT),
    metadata: metadata(),
    recurring: object(RECURRING),
    tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
    unit_amount: integer({ min: 0 }),
  }),
};
const UPDATE = { ...SHARED, name: text({ max: 250 }), default_price: text() };

export const PRODUCT_ROUTES: Route[] = [
  route('POST', '/v1/products', CREATE, ({ emulator, params, cause }) =>
    createProduct(emulator, params, cause),
  ),
  route('GET', '/v1/products/{id}', {}, ({ emulator, id }) => productAt(emulator, id)),
  route('POST', '/v1/products/{id}', UPDATE, ({ emulator, params, id, cause }) => {
    const before = productAt(emulator, id);
    const price = params.default_price;
    if (price !== undefined && emulator.state.prices.get(price)?.product !== id)
      throw noSuchReference('price', price, 'default_price');
    const updated = { ...withParams(before, params), updated: emulator.clock.nowSeconds() };
    const after = emulator.state.products.put({
      ...updated,
      default_price: price ?? before.default_price ?? null,
    });
    emitEvent(emulator, cause, 'product.updated', after, before);
    return after;
  }),
  route('DELETE', '/v1/products/{id}', {}, ({ emulator, id, cause }) => {
    const product = productAt(emulator, id);
    for (const price of emulator.state.prices.values())
      if (price.product === id)
        throw invalidRequest(
          'This product cannot be deleted because it has one or more user-created prices. Set active to false instead.',
        );
    emulator.state.products.remove(id);
    emitEvent(emulator, cause, 'product.deleted', product);
    const tombstone: Stripe.DeletedProduct = { id, object: 'product', deleted: true };
    return tombstone;
  }),
  listRoute('/v1/products', {
    noun: 'product',
    filters: { active: flag(), created: timeRange(), ids: list(text(), { max: 100 }) },
    table: ({ emulator }) => emulator.state.products,
    matches: (product, { active, created, ids }) =>
      (active === undefined || product.active === active) &&
      (ids === undefined || ids.includes(product.id)) &&
      isWithin(product.created, created),
    present: (product) => product,
  }),
];

/** Creates a product, and its default price when asked to. Throws when the id is taken. */
export function createProduct(
  emulator: Emulator,
  params: ParamsOf<typeof CREATE>,
  cause: Cause,
): Stripe.Product {
  const { state } = emulator;
  if (params.default_price_data) requireOneAmount(params.default_price_data, 'default_price_data');
  if (params.id !== undefined && state.products.get(params.id))
    throw invalidRequest(`Product already exists: ${params.id}`, 'id', 'resource_already_exists');
  const blank = blankProduct(emulator, params.id ?? newId('prod', 14), params.name);
  let product = state.products.put(withParams(blank, params));
  emitEvent(emulator, cause, 'product.created', product);
  if (params.default_price_data) {
    const price = createPrice(
      emulator,
      { ...params.default_price_data, product: product.id },
      cause,
    );
    product = state.products.put({ ...product, default_price: price.id });
  }
  return product;
}

export function blankProduct(emulator: Emulator, id: string, name: string): Stripe.Product {
  const now = emulator.clock.nowSeconds();
  return {
    id,
    object: 'product',
    active: true,
    created: now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: now,
    url: null,
  };
}

function withParams(
  product: Stripe.Product,
  params: ParamsOf<typeof SHARED> & { name?: string | undefined },
): Stripe.Product {
  const { active, description, images, name, statement_descriptor, unit_label, url } = params;
  return {
    ...product,
    active: active ?? product.active,
    description: description === undefined ? product.description : description,
    images: images ?? product.images,
    metadata: mergeMetadata(product.metadata, params.metadata),
    name: name ?? product.name,
    statement_descriptor: statement_descriptor ?? product.statement_descriptor ?? null,
    unit_label: (unit_label === undefined ? product.unit_label : unit_label) ?? null,
    url: url === undefined ? product.url : url,
  };
}

function productAt(emulator: Emulator, id: string): Stripe.Product {
  const product = emulator.state.products.get(id);
  if (!product) throw noSuchResource('product', id);
  return product;
}

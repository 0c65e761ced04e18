import type { Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import type { WireLineItem, WirePrice } from '../../state/records.ts';
import { buildPrice } from '../catalog/price.ts';
import { blankProduct } from '../catalog/product-routes.ts';
import type { LineItemParams } from './session-fields.ts';

/**
 * A line item for a stored price or for one given inline; nothing is due for a recurring one during
 * a trial. Throws a 400 naming the parameter.
 */
export function buildLineItem(
  emulator: Emulator,
  params: LineItemParams,
  index: number,
  isTrial: boolean,
): WireLineItem {
  const path = `line_items[${index}]`;
  const price = priceOf(emulator, params, path);
  const { quantity } = params;
  if (quantity === undefined)
    throw invalidRequest(
      `Quantity is required. Add \`quantity\` to \`${path}\``,
      `${path}[quantity]`,
      'parameter_missing',
    );
  if (price.custom_unit_amount)
    throw invalidRequest(
      'This emulator has no page on which customers choose the amount. Send price_data instead.',
      `${path}[price]`,
    );
  const amount = isTrial && price.recurring ? 0 : (price.unit_amount ?? 0) * quantity;
  if (!Number.isSafeInteger(amount))
    throw invalidRequest('This line item is too large.', path, 'amount_too_large');
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: emulator.state.products.get(price.product)?.name ?? null,
    metadata: mergeMetadata({}, params.metadata),
    price,
    quantity,
  };
}

function priceOf(emulator: Emulator, params: LineItemParams, path: string): WirePrice {
  const { price: id, price_data: inline } = params;
  if (id !== undefined && inline)
    throw invalidRequest(
      `You may only specify one of these parameters: price, price_data.`,
      `${path}[price]`,
      'parameters_exclusive',
    );
  if (inline) return inlinePrice(emulator, inline, path);
  if (id === undefined)
    throw invalidRequest(
      `You must specify either \`price\` or \`price_data\` in ${path}.`,
      path,
      'parameter_missing',
    );
  const price = emulator.state.prices.get(id);
  if (!price) throw noSuchReference('price', id, `${path}[price]`);
  if (!price.active)
    throw invalidRequest(
      `The price specified is inactive. This field only accepts active prices.`,
      `${path}[price]`,
    );
  return price;
}

/** Stripe stores inline prices and products, too, but inactive, since nobody can pick them again. */
function inlinePrice(
  emulator: Emulator,
  inline: NonNullable<LineItemParams['price_data']>,
  path: string,
): WirePrice {
  const { product, product_data: data } = inline;
  if ((product === undefined) === (data === undefined))
    throw invalidRequest(
      `You must specify exactly one of \`product\` and \`product_data\` in ${path}[price_data].`,
      `${path}[price_data]`,
    );
  if (product !== undefined && !emulator.state.products.get(product))
    throw noSuchReference('product', product, `${path}[price_data][product]`);
  const productId = product ?? createInlineProduct(emulator, data);
  const price = buildPrice(emulator, { ...inline, product: productId, active: false });
  return emulator.state.prices.put(price);
}

function createInlineProduct(
  emulator: Emulator,
  data: NonNullable<LineItemParams['price_data']>['product_data'],
): string {
  const product = blankProduct(emulator, newId('prod', 14), data?.name ?? '');
  return emulator.state.products.put({
    ...product,
    active: false,
    description: data?.description ?? null,
    images: data?.images ?? [],
    metadata: mergeMetadata({}, data?.metadata),
    unit_label: data?.unit_label ?? null,
  }).id;
}

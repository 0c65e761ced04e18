import type { Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import type { WirePrice } from '../../state/records.ts';
import { buildPrice } from '../catalog/price.ts';
import type { NewItem } from './build-item.ts';
import type { ItemParams } from './subscription-fields.ts';

/** A new item of a subscription; throws a 400 naming the parameter. */
export function itemGiven(emulator: Emulator, params: ItemParams, index: number): NewItem {
  const price = priceGiven(emulator, params, index);
  if (!price)
    throw invalidRequest(
      'You must specify one of `price` and `price_data`.',
      `items[${index}][price]`,
      'parameter_missing',
    );
  return {
    price,
    quantity: params.quantity ?? 1,
    metadata: mergeMetadata({}, params.metadata),
  };
}

/** The recurring price that an item names; undefined when it names none. */
export function priceGiven(
  emulator: Emulator,
  { price: id, price_data: inline }: ItemParams,
  index: number,
): WirePrice | undefined {
  const path = `items[${index}]`;
  const { state } = emulator;
  if (inline) {
    if (!state.products.get(inline.product))
      throw noSuchReference('product', inline.product, `${path}[price_data][product]`);
    return state.prices.put(buildPrice(emulator, { ...inline, active: false }));
  }
  if (id === undefined) return undefined;
  const price = state.prices.get(id);
  if (!price) throw noSuchReference('price', id, `${path}[price]`);
  if (!price.recurring)
    throw invalidRequest(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      `${path}[price]`,
    );
  if (!price.active)
    throw invalidRequest(
      'The price specified is inactive. This field only accepts active prices.',
      `${path}[price]`,
    );
  return price;
}

/** Throws a 400 unless all items are charged in one currency and one interval. */
export function requireOneRhythm(items: readonly { price: WirePrice }[]): void {
  const [first] = items;
  for (const { price } of items) {
    if (price.currency !== first?.price.currency)
      throw invalidRequest('All items must have the same currency.', 'items', 'currency_mismatch');
    const one = price.recurring;
    const other = first.price.recurring;
    if (one?.interval !== other?.interval || one?.interval_count !== other?.interval_count)
      throw invalidRequest(
        'This emulator needs all prices of a subscription to have the same billing interval.',
        'items',
      );
  }
}

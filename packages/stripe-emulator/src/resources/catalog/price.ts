import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { mergeMetadata, type MetadataChange } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import type { WirePrice } from '../../state/records.ts';
import {
  customUnitAmountOf,
  recurringOf,
  type CustomUnitAmountParams,
  type RecurringParams,
} from './price-terms.ts';

export interface NewPrice {
  currency: string;
  /** Minor units; left out when the customer chooses the amount. */
  unit_amount?: number | undefined;
  custom_unit_amount?: CustomUnitAmountParams | undefined;
  recurring?: RecurringParams | undefined;
  product: string;
  active?: boolean | undefined;
  lookup_key?: string | undefined;
  transfer_lookup_key?: boolean | undefined;
  metadata?: MetadataChange | undefined;
  nickname?: string | undefined;
  tax_behavior?: Stripe.Price.TaxBehavior | undefined;
}

/** Creates a price. Throws when the product is missing or the lookup key is taken. */
export function createPrice(emulator: Emulator, params: NewPrice, cause: Cause): WirePrice {
  const { state } = emulator;
  if (!state.products.get(params.product))
    throw noSuchReference('product', params.product, 'product');
  if (params.lookup_key !== undefined)
    claimLookupKey(emulator, params.lookup_key, params.transfer_lookup_key ?? false, cause);
  const price = state.prices.put(buildPrice(emulator, params));
  emitEvent(emulator, cause, 'price.created', price);
  return price;
}

/** A lookup key belongs to one price at a time; it moves only when the caller says so. */
export function claimLookupKey(
  emulator: Emulator,
  key: string,
  mayTransfer: boolean,
  cause: Cause,
  claimant?: string,
): void {
  const { prices } = emulator.state;
  for (const price of prices.values()) {
    if (price.lookup_key !== key || price.id === claimant) continue;
    if (!mayTransfer)
      throw invalidRequest(`A price (\`${price.id}\`) already uses that lookup key.`, 'lookup_key');
    const after = prices.put({ ...price, lookup_key: null });
    emitEvent(emulator, cause, 'price.updated', after, price);
  }
}

/** A price object that is not stored yet. */
export function buildPrice(emulator: Emulator, params: NewPrice): WirePrice {
  return {
    id: newId('price'),
    object: 'price',
    active: params.active ?? true,
    billing_scheme: 'per_unit',
    created: emulator.clock.nowSeconds(),
    currency: params.currency,
    custom_unit_amount: customUnitAmountOf(params.custom_unit_amount),
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: mergeMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    product: params.product,
    recurring: recurringOf(params.recurring),
    tax_behavior: params.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: params.recurring ? 'recurring' : 'one_time',
    unit_amount: params.unit_amount ?? null,
    unit_amount_decimal: params.unit_amount === undefined ? null : String(params.unit_amount),
  };
}

import type { Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import type {
  SubscriptionRecord,
  WireInvoiceLine,
  WireSubscriptionItem,
} from '../../state/billing-records.ts';
import { buildItem, planOf } from './build-item.ts';
import { itemGiven, priceGiven, requireOneRhythm } from './items-given.ts';
import { prorationLines } from './prorate.ts';
import type { ItemParams } from './subscription-fields.ts';

export interface ItemChange {
  items: WireSubscriptionItem[];
  /** Credits for what is given up and charges for what replaces it, both for the time that is left. */
  prorations: WireInvoiceLine[];
  /** Prices with another interval begin a new period at once. */
  hasNewInterval: boolean;
}

/** Works out the items after an update; stores nothing. Throws a 400 for whatever Stripe refuses. */
export function changeItems(
  emulator: Emulator,
  { subscription }: SubscriptionRecord,
  wanted: readonly ItemParams[],
  at: number,
): ItemChange {
  const before = subscription.items.data;
  const [first] = before;
  if (!first) throw new Error('A subscription without items cannot be changed.');
  const period = { start: first.current_period_start, end: first.current_period_end };
  const after = wanted.reduce((items, params, index) => {
    if (params.id === undefined) {
      const item = itemGiven(emulator, params, index);
      const created = emulator.clock.nowSeconds();
      return [...items, buildItem(item, subscription.id, period, created)];
    }
    const current = items.find(({ id }) => id === params.id);
    if (!current) throw noSuchReference('subscription item', params.id, `items[${index}][id]`);
    if (params.deleted) return items.filter((item) => item !== current);
    const changed = withParams(emulator, current, params, index);
    return items.map((item) => (item === current ? changed : item));
  }, before);
  if (after.length === 0)
    throw invalidRequest('A subscription must have at least one active item.', 'items');
  requireOneRhythm(after);
  const [newFirst] = after;
  const isTrial = subscription.status === 'trialing';
  return {
    items: after,
    prorations: isTrial ? [] : prorationLines(emulator, subscription, after, at),
    hasNewInterval: newFirst !== undefined && !sameRhythm(first, newFirst),
  };
}

function withParams(
  emulator: Emulator,
  item: WireSubscriptionItem,
  params: ItemParams,
  index: number,
): WireSubscriptionItem {
  const price = priceGiven(emulator, params, index) ?? item.price;
  return {
    ...item,
    metadata: mergeMetadata(item.metadata, params.metadata),
    plan: planOf(price),
    price,
    // A new price without a quantity starts from one again.
    quantity: params.quantity ?? (price === item.price ? (item.quantity ?? 1) : 1),
  };
}

function sameRhythm(one: WireSubscriptionItem, other: WireSubscriptionItem): boolean {
  return (
    one.price.recurring?.interval === other.price.recurring?.interval &&
    one.price.recurring?.interval_count === other.price.recurring?.interval_count
  );
}

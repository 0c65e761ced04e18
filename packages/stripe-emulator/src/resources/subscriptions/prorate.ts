import type { Emulator } from '../../emulator.ts';
import { newId } from '../../state/ids.ts';
import type {
  WireInvoiceLine,
  WireSubscription,
  WireSubscriptionItem,
} from '../../state/billing-records.ts';
import { buildLine, itemParent } from '../invoices/build-line.ts';

/** The lines that settle a change of items at `at` for what is left of the current period. */
export function prorationLines(
  emulator: Emulator,
  subscription: WireSubscription,
  after: readonly WireSubscriptionItem[],
  at: number,
): WireInvoiceLine[] {
  const before = subscription.items.data;
  const given = before.filter((item) => !after.some((other) => isSame(item, other)));
  const taken = after.filter((item) => !before.some((other) => isSame(item, other)));
  return [
    ...given.map((item) => partLine(emulator, subscription, item, at, 'Unused')),
    ...taken.map((item) => partLine(emulator, subscription, item, at, 'Remaining')),
  ];
}

function isSame(one: WireSubscriptionItem, other: WireSubscriptionItem): boolean {
  return one.id === other.id && one.price.id === other.price.id && one.quantity === other.quantity;
}

function partLine(
  { state }: Emulator,
  subscription: WireSubscription,
  item: WireSubscriptionItem,
  at: number,
  part: 'Remaining' | 'Unused',
): WireInvoiceLine {
  const { current_period_start: start, current_period_end: end, price } = item;
  const quantity = item.quantity ?? 1;
  const left = BigInt(Math.max(0, end - at));
  const whole = BigInt(end - start);
  const full = BigInt((price.unit_amount ?? 0) * quantity);
  const amount = Number((full * left * 2n + whole) / (whole * 2n));
  const name = state.products.get(price.product)?.name ?? 'Subscription';
  const day = new Date(at * 1000).toISOString().slice(0, 10);
  return buildLine({
    amount: part === 'Unused' ? -amount : amount,
    description: `${part} time on ${quantity} × ${name} after ${day}`,
    price,
    quantity,
    period: { start: at, end },
    metadata: subscription.metadata,
    parent: itemParent(item, newId('ii')),
    subscription: subscription.id,
    isDiscountable: false,
  });
}

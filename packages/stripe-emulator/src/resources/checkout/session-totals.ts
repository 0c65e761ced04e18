import type { CouponRecord, WireLineItem } from '../../state/records.ts';
import { discountOn, percentOf, spread } from '../totals/discount-on.ts';

export interface SessionTotals {
  /** Minor units, as all of these. */
  subtotal: number;
  discount: number;
  tax: number;
  total: number;
  lineItems: WireLineItem[];
}

/**
 * Works out the totals and spreads the discount over the line items, exact to the minor unit. Tax
 * comes on top of what remains; `taxPercent` null means that none is calculated.
 */
export function totalsOf(
  lineItems: readonly WireLineItem[],
  coupon: CouponRecord | null,
  taxPercent: number | null,
): SessionTotals {
  const subtotals = lineItems.map((item) => item.amount_subtotal);
  const subtotal = sum(subtotals);
  const discount = coupon ? discountOn(subtotal, coupon) : 0;
  const discounts = spread(discount, subtotals);
  const priced = lineItems.map((item, index) => {
    const off = discounts[index] ?? 0;
    const tax = taxPercent === null ? 0 : percentOf(item.amount_subtotal - off, taxPercent);
    const total = item.amount_subtotal - off + tax;
    return { ...item, amount_discount: off, amount_tax: tax, amount_total: total };
  });
  const tax = sum(priced.map((item) => item.amount_tax));
  return { subtotal, discount, tax, total: subtotal - discount + tax, lineItems: priced };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

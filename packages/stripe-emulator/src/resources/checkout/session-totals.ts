import type { CouponRecord, WireLineItem } from '../../state/records.ts';

export interface SessionTotals {
  /** Minor units, as all of these. */
  subtotal: number;
  discount: number;
  total: number;
  lineItems: WireLineItem[];
}

/** Works out the totals and spreads the discount over the line items, exact to the minor unit. */
export function totalsOf(
  lineItems: readonly WireLineItem[],
  coupon: CouponRecord | null,
): SessionTotals {
  const subtotal = lineItems.reduce((sum, item) => sum + item.amount_subtotal, 0);
  const discount = coupon ? discountOn(subtotal, coupon) : 0;
  let seen = 0;
  const discounted = lineItems.map((item) => {
    // Cumulative shares always add up to the whole discount, whatever the rounding.
    const before = share(discount, seen, subtotal);
    seen += item.amount_subtotal;
    const amount = share(discount, seen, subtotal) - before;
    return { ...item, amount_discount: amount, amount_total: item.amount_subtotal - amount };
  });
  return { subtotal, discount, total: subtotal - discount, lineItems: discounted };
}

/** A percentage is rounded half up; an amount never exceeds what is to be paid. */
function discountOn(subtotal: number, coupon: CouponRecord): number {
  if (coupon.percent_off === null) return Math.min(subtotal, coupon.amount_off ?? 0);
  // At most two decimals were accepted, so hundredths of a percent are whole.
  const hundredths = BigInt(Math.round(coupon.percent_off * 100));
  return Number((BigInt(subtotal) * hundredths + 5_000n) / 10_000n);
}

function share(discount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(discount) * BigInt(part)) / BigInt(whole));
}

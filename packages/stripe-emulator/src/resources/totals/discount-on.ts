import type { CouponRecord } from '../../state/records.ts';

/** What a coupon takes off; a percentage is rounded half up, an amount never exceeds the subtotal. */
export function discountOn(subtotal: number, coupon: CouponRecord): number {
  if (subtotal <= 0) return 0;
  if (coupon.percent_off === null) return Math.min(subtotal, coupon.amount_off ?? 0);
  return percentOf(subtotal, coupon.percent_off);
}

/** A percentage of minor units, rounded half up; `percent` has at most two decimals. */
export function percentOf(amount: number, percent: number): number {
  // With at most two decimals, hundredths of a percent are whole, so all of this stays exact.
  const product = BigInt(amount) * BigInt(Math.round(percent * 100));
  const rounded = product >= 0n ? (product + 5_000n) / 10_000n : (product - 5_000n) / 10_000n;
  return Number(rounded);
}

/**
 * Spreads a total over parts in proportion, exact to the minor unit: cumulative shares always add
 * up to the whole, whatever the rounding.
 */
export function spread(total: number, parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole === 0) return parts.map(() => 0);
  let seen = 0;
  let given = 0;
  return parts.map((part) => {
    seen += part;
    const upToHere = Number((BigInt(total) * BigInt(seen)) / BigInt(whole));
    const share = upToHere - given;
    given = upToHere;
    return share;
  });
}

import type { Emulator } from '../../emulator.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import type { CouponRecord, PromotionCodeRecord } from '../../state/records.ts';
import { showCoupon } from './coupon-routes.ts';

/** The code as the API shows it: active only while it can in fact be redeemed. */
export function showPromotionCode(
  emulator: Emulator,
  record: PromotionCodeRecord,
): PromotionCodeRecord {
  return { ...record, active: record.active && whyOver(emulator, record) === undefined };
}

/** Where a code or coupon is about to be used. */
export interface Redemption {
  customer: string | null;
  currency: string;
  /** Minor units, before any discount. */
  subtotal: number;
}

/** Expected refusals are values: the pay page shows `message` in place. */
export type RedemptionCheck =
  | { outcome: 'redeemable'; coupon: CouponRecord; promotionCode: PromotionCodeRecord | null }
  | { outcome: 'refused'; message: string };

/** Finds the active code that a customer typed, whatever its case, and checks it. */
export function checkTypedCode(emulator: Emulator, code: string, use: Redemption): RedemptionCheck {
  const wanted = code.trim().toLowerCase();
  const found = [...emulator.state.promotionCodes.newestFirst()].filter(
    (record) => record.code.toLowerCase() === wanted,
  );
  const active = found.filter((record) => showPromotionCode(emulator, record).active);
  // The same code may be active for everybody and for this customer at once.
  const own = active.find(({ customer }) => customer !== null && customer === use.customer);
  const best = own ?? active.find(({ customer }) => customer === null) ?? active[0] ?? found[0];
  if (!best) return refused('This promotion code is invalid.');
  return checkPromotionCode(emulator, best, use);
}

export function checkPromotionCode(
  emulator: Emulator,
  record: PromotionCodeRecord,
  use: Redemption,
): RedemptionCheck {
  const over = record.active
    ? whyOver(emulator, record)
    : 'This promotion code is no longer active.';
  if (over !== undefined) return refused(over);
  if (record.customer !== null && record.customer !== use.customer)
    return refused('This promotion code belongs to another customer.');
  const {
    first_time_transaction: firstOnly,
    minimum_amount: min,
    minimum_amount_currency: minCurrency,
  } = record.restrictions;
  if (firstOnly && hasPaidBefore(emulator, use.customer))
    return refused('This promotion code is only for a first purchase.');
  if (min !== null && (minCurrency !== use.currency || use.subtotal < min))
    return refused(
      `This promotion code needs a purchase of at least ${formatMoney(min, minCurrency ?? use.currency)}.`,
    );
  const coupon = emulator.state.coupons.get(record.promotion.coupon);
  if (!coupon) return refused('This promotion code is no longer active.');
  const check = checkCoupon(emulator, coupon, use);
  return check.outcome === 'redeemable' ? { ...check, promotionCode: record } : check;
}

export function checkCoupon(
  emulator: Emulator,
  coupon: CouponRecord,
  use: Redemption,
): RedemptionCheck {
  if (!showCoupon(emulator, coupon).valid)
    return refused('This coupon has expired or has been used up.');
  if (coupon.amount_off !== null && coupon.currency !== use.currency)
    return refused(
      `This discount is in ${String(coupon.currency)} and cannot be used for a purchase in ${use.currency}.`,
    );
  return { outcome: 'redeemable', coupon, promotionCode: null };
}

/** Counts one use of the code and of its coupon; called only when a session completes. */
export function redeem(emulator: Emulator, couponId: string, promotionCodeId: string | null): void {
  const { coupons, promotionCodes } = emulator.state;
  const coupon = coupons.get(couponId);
  if (coupon) coupons.put({ ...coupon, times_redeemed: coupon.times_redeemed + 1 });
  const code = promotionCodeId === null ? undefined : promotionCodes.get(promotionCodeId);
  if (code) promotionCodes.put({ ...code, times_redeemed: code.times_redeemed + 1 });
}

function whyOver(emulator: Emulator, record: PromotionCodeRecord): string | undefined {
  if (record.expires_at !== null && record.expires_at <= emulator.clock.nowSeconds())
    return 'This promotion code has expired.';
  if (record.max_redemptions !== null && record.times_redeemed >= record.max_redemptions)
    return 'This promotion code has been used up.';
  const coupon = emulator.state.coupons.get(record.promotion.coupon);
  if (!coupon || !showCoupon(emulator, coupon).valid)
    return 'This promotion code is no longer active.';
  return undefined;
}

function hasPaidBefore(emulator: Emulator, customer: string | null): boolean {
  if (customer === null) return false;
  for (const charge of emulator.state.charges.values())
    if (charge.customer === customer && charge.status === 'succeeded') return true;
  return false;
}

function refused(message: string): RedemptionCheck {
  return { outcome: 'refused', message };
}

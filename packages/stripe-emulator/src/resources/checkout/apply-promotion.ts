import type { Emulator } from '../../emulator.ts';
import { amountRefusal } from '../../protocol/currencies.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { SessionRecord } from '../../state/records.ts';
import {
  checkCoupon,
  checkPromotionCode,
  checkTypedCode,
  type Redemption,
} from '../catalog/promotion-code.ts';
import { shownDiscounts } from './build-session.ts';
import type { AppliedDiscount } from './create-session.ts';
import { totalsOf } from './session-totals.ts';

export type PromotionResult =
  | { outcome: 'applied'; record: SessionRecord }
  | { outcome: 'refused'; message: string };

/** Applies a code that the customer typed; the session's totals change at once. */
export function applyPromotion(
  emulator: Emulator,
  record: SessionRecord,
  code: string,
): PromotionResult {
  if (record.session.allow_promotion_codes !== true)
    return { outcome: 'refused', message: 'This session does not accept promotion codes.' };
  const check = checkTypedCode(emulator, code, redemptionOf(record));
  if (check.outcome === 'refused') return check;
  const { total } = totalsOf(record.lineItems, check.coupon, record.taxPercent);
  const tooSmall = total === 0 ? undefined : amountRefusal(total, record.session.currency ?? 'usd');
  if (tooSmall)
    return {
      outcome: 'refused',
      message: `With this code the total would be too small to charge. ${tooSmall.message}.`,
    };
  return { outcome: 'applied', record: withDiscount(emulator, record, check) };
}

/** Takes the customer's code off again. */
export function removePromotion(emulator: Emulator, record: SessionRecord): SessionRecord {
  return withDiscount(emulator, record, null);
}

/** A code that was fine earlier may have been used up or switched off since. */
export function whyNotRedeemable(emulator: Emulator, record: SessionRecord): string | undefined {
  const { discount } = record;
  if (!discount) return undefined;
  const code =
    discount.promotionCode === null
      ? undefined
      : emulator.state.promotionCodes.get(discount.promotionCode);
  const coupon = emulator.state.coupons.get(discount.coupon);
  const use = redemptionOf(record);
  const check = code
    ? checkPromotionCode(emulator, code, use)
    : coupon && checkCoupon(emulator, coupon, use);
  if (!check) return 'This discount no longer exists.';
  return check.outcome === 'refused' ? check.message : undefined;
}

function withDiscount(
  emulator: Emulator,
  record: SessionRecord,
  applied: AppliedDiscount | null,
): SessionRecord {
  const totals = totalsOf(record.lineItems, applied?.coupon ?? null, record.taxPercent);
  return emulator.state.sessions.put<SessionRecord>({
    ...record,
    lineItems: totals.lineItems,
    discount: applied && {
      id: newId('di'),
      coupon: applied.coupon.id,
      promotionCode: applied.promotionCode?.id ?? null,
      amount: totals.discount,
    },
    session: {
      ...record.session,
      amount_total: totals.total,
      discounts: shownDiscounts(applied),
      payment_status: totals.total === 0 ? 'no_payment_required' : 'unpaid',
      total_details: {
        amount_discount: totals.discount,
        amount_shipping: 0,
        amount_tax: totals.tax,
      },
    },
  });
}

function redemptionOf({ session }: SessionRecord): Redemption {
  return {
    customer: session.customer === null ? null : idOf(session.customer),
    currency: session.currency ?? 'usd',
    subtotal: session.amount_subtotal ?? 0,
  };
}

import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { SubscriptionRecord, WireInvoice } from '../../state/billing-records.ts';
import type { CouponRecord, PromotionCodeRecord } from '../../state/records.ts';
import { addMonths } from './billing-period.ts';

export interface SubscriptionDiscount {
  coupon: CouponRecord;
  promotionCode: PromotionCodeRecord | null;
}

/** The discount of a subscription: it ends by itself when its coupon repeats for some months only. */
export function createDiscount(
  emulator: Emulator,
  { coupon, promotionCode }: SubscriptionDiscount,
  owner: { customer: string; subscription: string; checkoutSession: string | null },
): Stripe.Discount {
  const start = emulator.clock.nowSeconds();
  const months = coupon.duration === 'repeating' ? coupon.duration_in_months : null;
  return emulator.state.discounts.put<Stripe.Discount>({
    id: newId('di'),
    object: 'discount',
    checkout_session: owner.checkoutSession,
    customer: owner.customer,
    customer_account: null,
    end: months === null ? null : addMonths(start, months),
    invoice: null,
    invoice_item: null,
    promotion_code: promotionCode?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: owner.subscription,
    subscription_item: null,
  });
}

/** The discount that the next invoice gets, if it has not ended. */
export function discountOfSubscription(
  { state, clock }: Emulator,
  { subscription }: SubscriptionRecord,
): Stripe.Discount | null {
  const discount = state.discounts.get(idOf(subscription.discounts[0] ?? null));
  if (!discount) return null;
  return discount.end !== null && discount.end <= clock.nowSeconds() ? null : discount;
}

/** A coupon for one invoice is used up by the first invoice that it took something off. */
export function isUsedUpBy(
  { state }: Emulator,
  discount: Stripe.Discount | null,
  invoice: WireInvoice,
): boolean {
  const coupon = state.coupons.get(idOf(discount?.source.coupon ?? null));
  return coupon?.duration === 'once' && (invoice.total_discount_amounts ?? []).length > 0;
}

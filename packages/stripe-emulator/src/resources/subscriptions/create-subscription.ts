import type { Cause, Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import type { SubscriptionRecord } from '../../state/billing-records.ts';
import { checkCoupon, checkPromotionCode, redeem } from '../catalog/promotion-code.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { changeSubscription } from './change-subscription.ts';
import { itemGiven, requireOneRhythm } from './items-given.ts';
import { scheduleSubscription } from './schedule-subscription.ts';
import { startSubscription } from './start-subscription.ts';
import type { SubscriptionDiscount } from './subscription-discount.ts';
import type { CreateParams, DiscountParams } from './subscription-fields.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Subscribes a customer from the API and charges the saved card; when that fails, the subscription
 * is incomplete. Throws a 400 for whatever Stripe refuses.
 */
export function createSubscription(
  emulator: Emulator,
  params: CreateParams,
  cause: Cause,
): SubscriptionRecord {
  const customer = customerNamed(emulator, params.customer);
  const items = params.items.map((item, index) => itemGiven(emulator, item, index));
  const [first] = items;
  if (!first) throw invalidRequest('Pass at least one item.', 'items', 'parameter_missing');
  requireOneRhythm(items);
  const currency = first.price.currency;
  const subtotal = items.reduce(
    (sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * quantity,
    0,
  );
  const discount = discountGiven(emulator, params.discounts, {
    customer: customer.id,
    currency,
    subtotal,
  });
  const before = emulator.clock.nowSeconds();
  const trialEnd = params.trial_end ?? trialEndAfter(before, params.trial_period_days);
  const method = params.default_payment_method;
  if (method !== undefined) requireOwnMethod(emulator, method, customer.id);
  const started = startSubscription(emulator, cause, {
    customer,
    items,
    extraLines: [],
    metadata: mergeMetadata({}, params.metadata),
    description: params.description ?? null,
    discount,
    isTaxed: params.automatic_tax?.enabled ?? false,
    trialEnd,
    defaultPaymentMethod: method ?? null,
    checkoutSession: null,
    paidIntent: null,
  });
  if (discount) redeem(emulator, discount.coupon.id, discount.promotionCode?.id ?? null);
  return withEnd(emulator, cause, started.record, params);
}

/** Throws a 400 unless the method is one that the customer has saved. */
export function requireOwnMethod({ state }: Emulator, method: string, customer: string): void {
  if (state.paymentMethods.get(method)?.customer === customer) return;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
    'default_payment_method',
    'resource_missing',
  );
}

/** The discount that a parameter names; throws a 400 when it cannot be redeemed. */
export function discountGiven(
  emulator: Emulator,
  discounts: DiscountParams,
  use: { customer: string; currency: string; subtotal: number },
): SubscriptionDiscount | null {
  const wanted = discounts?.[0];
  if (!wanted) return null;
  const { coupon: couponId = '', promotion_code: codeId } = wanted;
  const code = emulator.state.promotionCodes.get(codeId ?? '');
  if (codeId !== undefined && !code)
    throw noSuchReference('promotion code', codeId, 'discounts[0][promotion_code]');
  const coupon = emulator.state.coupons.get(code?.promotion.coupon ?? couponId);
  if (!coupon) throw noSuchReference('coupon', couponId, 'discounts[0][coupon]');
  const check = code ? checkPromotionCode(emulator, code, use) : checkCoupon(emulator, coupon, use);
  if (check.outcome === 'refused') throw invalidRequest(check.message, 'discounts[0]');
  return check;
}

function trialEndAfter(now: number, days: number | undefined): number | null {
  return days === undefined ? null : now + days * DAY_SECONDS;
}

function withEnd(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd = false }: CreateParams,
): SubscriptionRecord {
  if (cancelAt === undefined && !atPeriodEnd) return record;
  const end = record.subscription.items.data[0]?.current_period_end ?? null;
  const after = changeSubscription(emulator, cause, record, {
    cancel_at: cancelAt ?? end,
    cancel_at_period_end: atPeriodEnd,
    canceled_at: emulator.clock.nowSeconds(),
  });
  scheduleSubscription(emulator, after);
  return after;
}

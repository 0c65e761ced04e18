import type Stripe from 'stripe';

export interface PromotionUse {
  currency: string;
  /** Minor units before the discount. */
  subtotal: number;
  customer?: string;
}

export interface Promotion {
  id: string;
  code: string;
}

export type FoundPromotion =
  | {
      ok: true;
      promotion: Promotion;
      /** Minor units. */
      discount: number;
      /** How often Stripe would still redeem the code; null for any number. */
      remaining: number | null;
    }
  | { ok: false; detail: string };

/** Below this Stripe refuses to charge a card, in the minor units of most currencies. */
const MINIMUM_CHARGE = 50;

/** Looks a code up as a customer types it and says what it takes off this order, or why it does not hold. */
export async function findPromotion(
  stripe: Stripe,
  code: string,
  use: PromotionUse,
): Promise<FoundPromotion> {
  const list = await stripe.promotionCodes.list({
    code,
    active: true,
    limit: 1,
    expand: ['data.promotion.coupon'],
  });
  const found = list.data[0];
  const coupon = found?.promotion.coupon;
  if (found === undefined || typeof coupon !== 'object' || coupon === null || !coupon.valid) {
    return refused(code, 'is not known, has expired, or has been used up');
  }
  const obstacle = obstacleTo(found, use);
  if (obstacle !== null) return refused(code, obstacle);
  const discount = discountOf(coupon, use);
  if (discount === null) return refused(code, `does not apply to prices in ${use.currency}`);
  const total = use.subtotal - discount;
  if (total > 0 && total < MINIMUM_CHARGE) {
    return refused(code, 'would leave less than the smallest sum a card can be charged; buy more');
  }
  return {
    ok: true,
    promotion: { id: found.id, code: found.code },
    discount,
    remaining: remainingOf(found, coupon),
  };
}

function refused(code: string, why: string): FoundPromotion {
  return {
    ok: false,
    detail: `The promotion code ${JSON.stringify(code)} ${why}; nothing was bought.`,
  };
}

function obstacleTo(found: Stripe.PromotionCode, use: PromotionUse): string | null {
  const owner = typeof found.customer === 'string' ? found.customer : (found.customer?.id ?? null);
  if (owner !== null && owner !== use.customer) return 'belongs to another customer';
  const { minimum_amount: minimum, minimum_amount_currency: currency } = found.restrictions;
  if (minimum !== null && (currency !== use.currency || use.subtotal < minimum)) {
    return `needs an order of at least ${minimum} in minor units of ${currency}`;
  }
  return null;
}

/** Minor units, never more than the order; a percentage is rounded half up, as on Stripe's own page. */
export function discountOf(
  coupon: Pick<Stripe.Coupon, 'percent_off' | 'amount_off' | 'currency'>,
  use: PromotionUse,
): number | null {
  if (coupon.percent_off !== null) {
    // A percentage has at most two decimals at Stripe; as hundredths it is a whole number.
    const hundredths = BigInt(coupon.percent_off.toFixed(2).replace('.', ''));
    return Number((BigInt(use.subtotal) * hundredths + 5_000n) / 10_000n);
  }
  if (coupon.amount_off === null || coupon.currency !== use.currency) return null;
  return Math.min(coupon.amount_off, use.subtotal);
}

function remainingOf(found: Stripe.PromotionCode, coupon: Stripe.Coupon): number | null {
  const limits = [found, coupon].flatMap((one) =>
    one.max_redemptions === null ? [] : [one.max_redemptions - one.times_redeemed],
  );
  return limits.length === 0 ? null : Math.max(0, Math.min(...limits));
}

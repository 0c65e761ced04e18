import type Stripe from 'stripe';
import { moneyText, smallestCharge } from './currencies.ts';
import { idOf } from './read-checkout.ts';

export interface PromotionUse {
  /** Lower case, as Stripe writes it. */
  currency: string;
  /** Minor units before the discount. */
  subtotal: number;
  customer?: string;
}

export interface Promotion {
  id: string;
  code: string;
  /** The caller must check this, too: orders that a code makes free never reach Stripe. */
  firstPurchaseOnly: boolean;
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

/** A customer's payments beyond this many are not looked through for one that succeeded. */
const PAYMENTS_SEEN_MAX = 1_000;

/**
 * Looks a code up as a customer types it and says what it takes off this order, or why it does not
 * hold. Every rule is checked here and not left to the hosted page, because an order that the code
 * makes free never gets there.
 */
export async function findPromotion(
  stripe: Stripe,
  code: string,
  use: PromotionUse,
): Promise<FoundPromotion> {
  const found = codeFor(await codesNamed(stripe, code.trim()), use.customer);
  const coupon = found?.promotion.coupon;
  if (found === undefined || typeof coupon !== 'object' || coupon === null) {
    return refused(code, 'is not known, has expired, or has been used up');
  }
  const obstacle = obstacleTo(found, coupon, use) ?? (await firstPurchaseOnly(stripe, found, use));
  if (obstacle !== null) return refused(code, obstacle);
  const discount = discountOf(coupon, use);
  if (discount === null) return refused(code, `does not apply to prices in ${use.currency}`);
  if (isTooSmall(use.subtotal - discount, use.currency)) {
    const min = moneyText(smallestCharge(use.currency), use.currency);
    return refused(code, `would leave less than ${min}, which cannot be charged; buy more`);
  }
  const promotion = {
    id: found.id,
    code: found.code,
    firstPurchaseOnly: found.restrictions.first_time_transaction,
  };
  return { ok: true, promotion, discount, remaining: remainingOf(found, coupon) };
}

function refused(code: string, why: string): FoundPromotion {
  return {
    ok: false,
    detail: `The promotion code ${JSON.stringify(code)} ${why}; nothing was bought.`,
  };
}

/** Stripe takes an empty code for a mistake in the request. */
async function codesNamed(stripe: Stripe, code: string): Promise<Stripe.PromotionCode[]> {
  if (code === '') return [];
  const list = await stripe.promotionCodes.list({
    code,
    active: true,
    limit: 100,
    expand: ['data.promotion.coupon'],
  });
  return list.data;
}

/** The same code may exist for several customers at once: one's own comes before everybody's. */
export function codeFor<Code extends { customer: string | { id: string } | null }>(
  codes: readonly Code[],
  customer: string | undefined,
): Code | undefined {
  const own = codes.find((one) => one.customer !== null && idOf(one.customer) === customer);
  return own ?? codes.find((one) => one.customer === null) ?? codes[0];
}

function obstacleTo(
  found: Stripe.PromotionCode,
  coupon: Stripe.Coupon,
  use: PromotionUse,
): string | null {
  const now = Date.now() / 1_000;
  const ends = [found.expires_at, coupon.redeem_by].flatMap((end) => (end === null ? [] : [end]));
  if (!found.active || !coupon.valid || ends.some((end) => end <= now)) return 'has expired';
  if (remainingOf(found, coupon) === 0) return 'has been used up';
  const owner = idOf(found.customer);
  if (owner !== null && owner !== use.customer) return 'belongs to another customer';
  const { minimum_amount: min, minimum_amount_currency: currency } = found.restrictions;
  if (min === null || currency === null) return null;
  if (currency === use.currency && use.subtotal >= min) return null;
  return `needs an order of at least ${moneyText(min, currency)}`;
}

/** A wallet without a customer has not paid yet. */
async function firstPurchaseOnly(
  stripe: Stripe,
  found: Stripe.PromotionCode,
  { customer }: PromotionUse,
): Promise<string | null> {
  if (!found.restrictions.first_time_transaction || customer === undefined) return null;
  let seen = 0;
  for await (const intent of stripe.paymentIntents.list({ customer, limit: 100 })) {
    seen += 1;
    if (intent.status === 'succeeded') return 'is only for a first purchase';
    // Hundreds of failed attempts and no success is not a customer to give a welcome to.
    if (seen === PAYMENTS_SEEN_MAX) return 'cannot be used after so many failed payments';
  }
  return null;
}

/** Zero is fine: nobody is charged then. */
const isTooSmall = (total: number, currency: string): boolean =>
  total > 0 && total < smallestCharge(currency);

const MILLIONTHS = 1_000_000n;

/**
 * What a coupon takes off, in minor units and never more than the order; null for an amount in
 * another currency. A percentage is rounded half up. The sum on Stripe's own page is the one that
 * counts: it is read back from the session once the order is paid.
 */
export function discountOf(
  coupon: Pick<Stripe.Coupon, 'percent_off' | 'amount_off' | 'currency'>,
  use: Pick<PromotionUse, 'currency' | 'subtotal'>,
): number | null {
  if (coupon.percent_off !== null) {
    // Millionths of a percent are whole numbers for any percentage that can be typed.
    const percent = BigInt(coupon.percent_off.toFixed(6).replace('.', ''));
    const whole = 100n * MILLIONTHS;
    const discount = Number((BigInt(use.subtotal) * percent + whole / 2n) / whole);
    return Math.min(discount, use.subtotal);
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

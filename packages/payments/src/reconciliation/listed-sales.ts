import type Stripe from 'stripe';

/** A bill of a subscription that was paid. */
export interface ListedBill {
  id: string;
  /** The ids of its lines; null where Stripe's list leaves some out. */
  lines: string[] | null;
  /** Minor units with tax. */
  paid: number;
}

/** A code that customers type, and how often Stripe redeemed it. */
export interface ListedPromotion {
  id: string;
  code: string;
  redeemed: number;
  /** Null for any number. */
  most: number | null;
  /** What the code gives, with a limit of its own over all its codes; null when it was deleted. */
  coupon: { id: string; redeemed: number; most: number | null } | null;
}

export const listedBill = ({ id, lines, amount_paid: paid }: Stripe.Invoice): ListedBill => ({
  id,
  paid,
  lines: lines.has_more ? null : lines.data.map((line) => line.id),
});

/** Expects the coupon expanded. */
export function listedPromotion(code: Stripe.PromotionCode): ListedPromotion {
  const { coupon } = code.promotion;
  return {
    id: code.id,
    code: code.code,
    redeemed: code.times_redeemed,
    most: code.max_redemptions,
    coupon:
      typeof coupon === 'object' && coupon !== null
        ? { id: coupon.id, redeemed: coupon.times_redeemed, most: coupon.max_redemptions }
        : null,
  };
}

import { AMOUNT_LIMIT } from '../amounts.ts';
import type { PriceModel, PriceRule, Rounding } from './price-rule.ts';
import { MILLIONTHS_PER_UNIT } from './quantity.ts';

export type RatedQuantity = { ok: true; micro: bigint } | { ok: false; fault: RatingFault };
export type RatingFault = 'nothing' | 'too_large';

/** A sentence for each fault, for problem documents and command lines. */
export const RATING_FAULTS: Record<RatingFault, string> = {
  nothing: 'comes to nothing by this price, and nothing cannot be charged',
  too_large: 'comes to 1000000000000 credits or more by this price',
};

/**
 * What a quantity (millionths of a unit) costs by a rule, in micro-credits. Every quantity is rated on
 * its own: tiers do not remember earlier charges. The cost is an exact fraction until its only
 * rounding, at the end of this function; the minimum is applied to the rounded cost.
 */
export function rateQuantity(rule: PriceRule, quantity: bigint): RatedQuantity {
  const rounded = round(costOf(rule.model, quantity), rule.rounding);
  const micro = rule.minimum !== null && rounded < rule.minimum ? rule.minimum : rounded;
  if (micro === 0n) return { ok: false, fault: 'nothing' };
  if (micro >= AMOUNT_LIMIT) return { ok: false, fault: 'too_large' };
  return { ok: true, micro };
}

/** Micro-credits as a fraction; both parts are integers, neither is negative. */
interface Cost {
  numerator: bigint;
  denominator: bigint;
}

function costOf(model: PriceModel, quantity: bigint): Cost {
  switch (model.type) {
    case 'per_unit':
      return { numerator: quantity * model.rate, denominator: millionths(model.per) };
    case 'package': {
      const size = millionths(model.size);
      return { numerator: ((quantity + size - 1n) / size) * model.price, denominator: 1n };
    }
    case 'graduated':
      return graduatedCost(model, quantity);
    case 'volume':
      return volumeCost(model, quantity);
  }
}

type Tiered = Extract<PriceModel, { tiers: unknown }>;

/** Each part of the quantity at the rate of its tier. A tier that is not reached costs nothing. */
function graduatedCost({ per, tiers }: Tiered, quantity: bigint): Cost {
  const denominator = millionths(per);
  let numerator = 0n;
  let below = 0n;
  for (const { up_to, rate, flat = 0n } of tiers) {
    if (quantity <= below) break;
    const end = up_to === null ? quantity : least(quantity, millionths(up_to));
    numerator += (end - below) * rate + flat * denominator;
    below = end;
  }
  return { numerator, denominator };
}

/** The whole quantity at the rate of the tier that it falls into; `up_to` belongs to its tier. */
function volumeCost({ per, tiers }: Tiered, quantity: bigint): Cost {
  const denominator = millionths(per);
  const tier = tiers.find(({ up_to }) => up_to === null || quantity <= millionths(up_to));
  if (tier === undefined) throw new Error('The last tier of a price has no end.');
  const flat = quantity === 0n ? 0n : (tier.flat ?? 0n);
  return { numerator: quantity * tier.rate + flat * denominator, denominator };
}

function round({ numerator, denominator }: Cost, rounding: Rounding): bigint {
  switch (rounding) {
    case 'half_up':
      return (2n * numerator + denominator) / (2n * denominator);
    case 'up':
      return (numerator + denominator - 1n) / denominator;
    case 'down':
      return numerator / denominator;
  }
}

const millionths = (units: number): bigint => BigInt(units) * MILLIONTHS_PER_UNIT;

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

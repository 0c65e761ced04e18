import {
  AMOUNT_LIMIT,
  formatAmount,
  MICRO_PER_CREDIT,
  PACKS,
  type PackId,
} from '@bursar/contracts';
import { problem, type Problem } from '../problems/problem.ts';
import { chargeStep, minorPerMajor } from './minor-units.ts';
import type { BuyerKind, PriceList } from './price-list.ts';

/** What somebody wants to buy: exactly one of the three. */
export interface Wish {
  /** Micro-credits. */
  credits?: bigint | undefined;
  /** Minor units. */
  price?: { amount: number; currency: string } | undefined;
  pack?: PackId | undefined;
}

export interface Quote {
  kind: 'quote';
  /** Micro-credits. */
  credits: bigint;
  /** Minor units of the price list's currency. */
  subtotal: bigint;
}

/**
 * Works out credits and price in whole numbers. The only roundings: credits for a price go half up
 * to the micro-credit, a price for credits goes up to what can be charged, so no credit is given away.
 * Packs are the seller's own offer, so the limits of chosen amounts do not bind them.
 */
export function quote(prices: PriceList, wish: Wish, buyer: BuyerKind = 'user'): Quote | Problem {
  if (wish.pack !== undefined) return offeredPack(prices, wish.pack, buyer);
  if (wish.price !== undefined && wish.price.currency !== prices.currency) {
    return problem(
      'invalid_request',
      `Credits are sold in ${prices.currency}. Send the price in it.`,
      {
        errors: [{ pointer: '/price/currency', message: `must be "${prices.currency}"` }],
      },
    );
  }
  return withinLimits(
    prices,
    wish.price === undefined
      ? {
          kind: 'quote',
          credits: wish.credits ?? 0n,
          subtotal: priceOf(prices, wish.credits ?? 0n),
        }
      : {
          kind: 'quote',
          credits: creditsFor(prices, BigInt(wish.price.amount)),
          subtotal: BigInt(wish.price.amount),
        },
  );
}

function offeredPack(prices: PriceList, id: PackId, buyer: BuyerKind): Quote | Problem {
  const { packs } = prices.offers[buyer];
  if (packs.includes(id)) return quotePack(prices, id);
  return problem('invalid_request', `The pack is not offered here; nothing was bought.`, {
    errors: [{ pointer: '/pack', message: `must be one of ${packs.join(', ') || 'none'}` }],
  });
}

export function quotePack(prices: PriceList, id: PackId): Quote {
  const credits = BigInt(PACKS.find((pack) => pack.id === id)?.credits ?? 0) * MICRO_PER_CREDIT;
  return { kind: 'quote', credits, subtotal: priceOf(prices, credits) };
}

/** Micro-credits for a price in minor units, half up. */
export function creditsFor(prices: PriceList, subtotal: bigint): bigint {
  const minor = minorPerMajor(prices.currency);
  return (2n * subtotal * prices.microPerMajor + minor) / (2n * minor);
}

/** Minor units for micro-credits, up to what can be charged. */
function priceOf(prices: PriceList, credits: bigint): bigint {
  const minor = minorPerMajor(prices.currency);
  const step = chargeStep(prices.currency);
  const worth = prices.microPerMajor * step;
  return ((credits * minor + worth - 1n) / worth) * step;
}

function withinLimits(prices: PriceList, offer: Quote): Quote | Problem {
  const { minimum, maximum, currency } = prices;
  const between = `Choose between ${minimum} and ${maximum} minor units of ${currency} (${formatAmount(creditsFor(prices, minimum))} to ${formatAmount(creditsFor(prices, maximum))} credits).`;
  if (offer.subtotal < minimum || offer.credits === 0n) {
    return problem(
      'purchase_too_small',
      `${offer.subtotal} minor units are below the minimum. ${between}`,
    );
  }
  if (offer.subtotal > maximum || offer.credits >= AMOUNT_LIMIT) {
    return problem(
      'purchase_too_large',
      `${offer.subtotal} minor units are above the maximum. ${between}`,
    );
  }
  if (offer.subtotal % prices.step !== 0n) {
    const below = offer.subtotal - (offer.subtotal % prices.step);
    return problem(
      'purchase_off_step',
      `${offer.subtotal} minor units of ${currency} are no multiple of ${prices.step}. Choose ${below} or ${below + prices.step}.`,
    );
  }
  return offer;
}

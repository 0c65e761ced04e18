import {
  formatAmount,
  RATING_FAULTS,
  rateQuantity,
  type Cost,
  type Pricing,
} from '@bursar/contracts';
import type { PriceView } from '@bursar/ledger/reads';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import type { PriceBook } from './price-book.ts';

/** A cost as jobs carry it; amounts in micro-credits. */
export interface RatedCost {
  amount: string;
  product: string;
  pricing?: Pricing;
}

/** Makes the amount of a cost that was given by price and quantity, by the version in force now. */
export async function rateCost(book: PriceBook, cost: Cost): Promise<RatedCost | Problem> {
  const { amount, price: id, quantity, product } = cost;
  if (amount !== undefined && product !== undefined) return { amount: amount.toString(), product };
  if (id === undefined || quantity === undefined) {
    throw new Error('A cost passed validation with neither an amount nor a price.');
  }
  const price = await book.find(id);
  if (price === null) return priceNotFound(`There is no current price "${id}".`, '/price');
  const rated = ratedBy(price, quantity);
  return isProblem(rated) ? rated : { ...rated, product: product ?? price.product };
}

/** What a quantity (millionths of a unit), found at `pointer`, costs by this version of a price. */
export function ratedBy(
  price: PriceView,
  quantity: bigint,
  pointer = '/quantity',
): { amount: string; pricing: Pricing } | Problem {
  const rated = rateQuantity(price.rule, quantity);
  if (!rated.ok) {
    const message = `${formatAmount(quantity)} ${price.meter} ${RATING_FAULTS[rated.fault]}`;
    return problem('invalid_amount', `${message}; no credits moved. Send another quantity.`, {
      errors: [{ pointer, message }],
    });
  }
  const pricing = { price: price.id, version: price.version, quantity: quantity.toString() };
  return { amount: rated.micro.toString(), pricing };
}

export const priceNotFound = (what: string, pointer: string): Problem =>
  problem(
    'price_not_found',
    `${what} No credits moved. Name one that GET /v1/prices lists, or send credits instead.`,
    { errors: [{ pointer, message: 'names no current price' }] },
  );

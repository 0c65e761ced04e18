import type { ChargeBatchItem, ChargeItem, OperationHead } from '@bursar/contracts';
import type { PriceBook } from '../prices/price-book.ts';
import { rateCost } from '../prices/rate-cost.ts';
import { isProblem, type Problem } from '../problems/problem.ts';

/** A charge without the operation that it belongs to. */
export type BareCharge = Omit<ChargeItem, keyof OperationHead>;

/** Turns what was asked into what is enqueued; a price is applied here, and only here. */
export async function makeCharge(
  book: PriceBook,
  asked: Omit<ChargeBatchItem, 'idempotency_key'>,
): Promise<BareCharge | Problem> {
  const rated = await rateCost(book, asked);
  if (isProblem(rated)) return rated;
  const { amount: _amount, price: _price, quantity: _quantity, ...rest } = asked;
  return { ...rest, ...rated };
}

import type { CaptureBody, Pricing } from '@bursar/contracts';
import { readHold, readPriceVersion, type Database } from '@bursar/ledger/reads';
import { ratedBy } from '../prices/rate-cost.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';

/** In micro-credits; `undefined` is all that the hold set aside. */
interface CaptureCost {
  amount: string | undefined;
  pricing?: Pricing;
}

/**
 * What a capture costs. A quantity is rated by the very version that the hold was placed by, whatever
 * became of the price meanwhile; versions never change, so a repetition comes to the same.
 */
export async function captureCost(
  db: Database,
  id: string,
  { amount, quantity }: CaptureBody,
): Promise<CaptureCost | Problem> {
  if (quantity === undefined) return { amount: amount?.toString() };
  const hold = await readHold(db, id);
  if (hold === null) return notFound('hold');
  if (hold.pricing === null) {
    return problem(
      'invalid_request',
      'This hold was placed with an amount, so its captures take an amount too. Send amount instead of quantity.',
      { errors: [{ pointer: '/quantity', message: 'needs a hold that was placed by a price' }] },
    );
  }
  const price = await readPriceVersion(db, hold.pricing.price, hold.pricing.version);
  if (price === null) throw new Error(`The hold ${id} names a version that does not exist.`);
  return ratedBy(price, quantity);
}

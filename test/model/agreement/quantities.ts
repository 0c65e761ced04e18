import type { Pricing } from '@bursar/contracts';
import { putPrice, type Database } from '@bursar/ledger/reads';

/** One credit a unit, so that a quantity in millionths is its own cost in micro-credits. */
const PRICE = 'model';

/** Every second amount is asked for as a quantity; no choice of its own, so that scenarios stay small. */
export const quantityOf = (amount: bigint | null): bigint | null =>
  amount !== null && amount > 0n && amount % 2n === 1n ? amount : null;

export const pricingOf = (quantity: bigint | null): { pricing?: Pricing } =>
  quantity === null ? {} : { pricing: { price: PRICE, version: 1, quantity: String(quantity) } };

/** The price that all of these name; writing it again changes nothing. */
export async function putModelPrice(db: Database): Promise<void> {
  await putPrice(db, {
    id: PRICE,
    eventType: null,
    product: 'model',
    meter: 'units',
    description: null,
    rule: {
      model: { type: 'per_unit', rate: 1_000_000n, per: 1 },
      rounding: 'half_up',
      minimum: null,
    },
    actor: 'model',
  });
}

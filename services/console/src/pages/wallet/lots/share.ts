import { microOf } from '../expiring-soon.ts';
import type { Lot } from './burn-order.ts';

/** What of a lot is left, in percent, for drawing. */
export function shareOf({ remaining, amount }: Pick<Lot, 'remaining' | 'amount'>): number {
  const all = microOf(amount);
  return all === 0n ? 0 : Number((microOf(remaining) * 1_000n) / all) / 10;
}

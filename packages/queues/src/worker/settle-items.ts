import assert from 'node:assert/strict';
import { reasonOf } from '../queue-errors.ts';

/** What became of one item: applied (or refused by a rule, which is final too), not yet, or never. */
export type ItemSettlement =
  | { readonly status: 'done' }
  | { readonly status: 'retry'; readonly reason: string }
  | { readonly status: 'dead-letter'; readonly reason: string };

export type ApplyItems<Item> = (items: readonly Item[]) => Promise<readonly ItemSettlement[]>;

export type SettleRules = {
  /** True for outages, which pass; anything else that is thrown is the fault of some item. */
  readonly isTransient: (error: unknown) => boolean;
  /**
   * Halve once after an outage as well: an item that always times out looks like an outage, and
   * with each attempt half of those that wait with it get free.
   */
  readonly halveOnOutage: boolean;
};

/**
 * Applies the items, in order, and says what became of each, in the same order; never rejects.
 * When the batch fails because of one item, halving finds it in about 2·log2(n) further calls and
 * everything else is applied. Items may be applied twice on the way, which the ledger makes harmless.
 */
export async function settleItems<Item>(
  items: readonly Item[],
  apply: ApplyItems<Item>,
  rules: SettleRules,
): Promise<readonly ItemSettlement[]> {
  try {
    const settlements = await apply(items);
    assert.equal(
      settlements.length,
      items.length,
      'the handler must settle each item it was given',
    );
    return settlements;
  } catch (error) {
    const outage = rules.isTransient(error);
    if (items.length === 1 || (outage && !rules.halveOnOutage)) {
      const status = outage ? 'retry' : 'dead-letter';
      return items.map(() => ({ status, reason: reasonOf(error) }));
    }
    const middle = Math.ceil(items.length / 2);
    const halfRules = { ...rules, halveOnOutage: false };
    const first = await settleItems(items.slice(0, middle), apply, halfRules);
    const second = await settleItems(items.slice(middle), apply, halfRules);
    return [...first, ...second];
  }
}

import { describe, expect, it } from 'vitest';
import { settleItems, type ItemSettlement } from '../src/worker/settle-items.ts';

class Outage extends Error {}
const isTransient = (error: unknown): boolean => error instanceof Outage;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A batch that fails as a whole when one of its items is poisonous, as one transaction does. */
function transaction(poison: readonly number[], failure: () => Error) {
  const applied: number[] = [];
  let calls = 0;
  const apply = async (items: readonly number[]): Promise<ItemSettlement[]> => {
    calls += 1;
    if (items.some((item) => poison.includes(item))) throw failure();
    applied.push(...items);
    return items.map(() => ({ status: 'done' }));
  };
  return { apply, applied, calls: () => calls };
}

describe('settling a batch', () => {
  it.each([
    { poison: [], calls: 1 },
    { poison: [0], calls: 19 },
    { poison: [499], calls: 19 },
    { poison: [17, 256, 257], calls: 55 },
  ])(
    'with poison $poison of 500 parks exactly that, in at most $calls calls',
    async ({ poison, calls }) => {
      const batch = transaction(poison, () => new Error('broken'));
      const settlements = await settleItems(numbers(500), batch.apply, {
        isTransient,
        halveOnOutage: false,
      });
      const parked = numbers(500).filter((item) => settlements[item]?.status === 'dead-letter');
      expect(parked).toEqual(poison);
      expect(batch.applied).toEqual(numbers(500).filter((item) => !poison.includes(item)));
      expect(batch.calls()).toBeLessThanOrEqual(calls);
    },
  );

  it('in an outage asks once and keeps everything for later', async () => {
    const batch = transaction([3], () => new Outage('connection refused'));
    const settlements = await settleItems(numbers(100), batch.apply, {
      isTransient,
      halveOnOutage: false,
    });
    expect(settlements).toHaveLength(100);
    expect(settlements.every(({ status }) => status === 'retry')).toBe(true);
    expect(batch.calls()).toBe(1);
  });

  it('that keeps timing out frees the half without the slow item at each attempt', async () => {
    let open = numbers(100);
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const batch = transaction([42], () => new Outage('statement timeout'));
      const settlements = await settleItems(open, batch.apply, {
        isTransient,
        halveOnOutage: true,
      });
      open = open.filter((_, index) => settlements[index]?.status !== 'done');
      expect(batch.calls()).toBeLessThanOrEqual(3);
    }
    expect(open).toEqual([42]);
  });

  it('of a handler that forgets an item parks rather than loses it', async () => {
    const settlements = await settleItems([1, 2, 3], forgetful, {
      isTransient,
      halveOnOutage: false,
    });
    expect(settlements.map(({ status }) => status)).toEqual(['done', 'dead-letter', 'done']);
  });
});

async function forgetful(items: readonly number[]): Promise<ItemSettlement[]> {
  return items.filter((item) => item !== 2).map(() => ({ status: 'done' }));
}

import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createChargeBatcher } from '../src/worker/charge-batcher.ts';
import type { ItemSettlement } from '../src/worker/settle-items.ts';

/** A handler whose first flight waits for `release`, so that others must queue behind it. */
function gated() {
  const flights: number[][] = [];
  const gate = Promise.withResolvers<void>();
  const apply = async (items: readonly number[]): Promise<ItemSettlement[]> => {
    flights.push([...items]);
    if (flights.length === 1) await gate.promise;
    return items.map((item) =>
      item < 0 ? { status: 'dead-letter', reason: `item ${item}` } : { status: 'done' },
    );
  };
  return { apply, flights, release: () => gate.resolve() };
}

const rules = { isTransient: () => false, itemsMax: 5 };
const jobsMax = () => 4;

afterEach(() => {
  vi.useRealTimers();
});

describe('gathering charges', () => {
  it('flushes at once when idle, and sends what waited with the next flight, whole jobs only', async () => {
    const { apply, flights, release } = gated();
    const settle = createChargeBatcher(apply, rules)(jobsMax);
    const first = settle([1], 1);
    await expect.poll(() => flights.length).toBe(1);
    const rest = [settle([2, 3], 1), settle([4, 5, 6], 1), settle([7], 1)];
    release();
    await Promise.all([first, ...rest]);
    expect(flights).toEqual([[1], [2, 3, 4, 5, 6], [7]]);
  });

  it('hands each job the settlements of its own items', async () => {
    const { apply, release } = gated();
    const settle = createChargeBatcher(apply, rules)(jobsMax);
    release();
    const [good, mixed] = await Promise.all([settle([1, 2], 1), settle([3, -4], 1)]);
    expect(good).toEqual([{ status: 'done' }, { status: 'done' }]);
    expect(mixed).toEqual([{ status: 'done' }, { status: 'dead-letter', reason: 'item -4' }]);
  });

  it('lets a job that failed often fly alone, so that it delays no other', async () => {
    const { apply, flights, release } = gated();
    const settle = createChargeBatcher(apply, rules)(jobsMax);
    const first = settle([1], 1);
    await expect.poll(() => flights.length).toBe(1);
    const rest = [settle([2], 1), settle([3], 6), settle([4], 1), settle([5], 2)];
    release();
    await Promise.all([first, ...rest]);
    expect(flights).toEqual([[1], [2], [3], [4, 5]]);
  });

  it('takes a job that is larger than a batch by itself', async () => {
    const { apply, flights, release } = gated();
    const settle = createChargeBatcher(apply, rules)(jobsMax);
    release();
    await settle([1, 2, 3, 4, 5, 6, 7], 1);
    expect(flights).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
  });

  describe('of several shards', () => {
    function twoLanes() {
      const { apply, flights, release } = gated();
      const open = createChargeBatcher(apply, { ...rules, itemsMax: 150 });
      const [left, right] = [open(() => 1_000), open(() => 1_000)];
      return { flights, release, left, right };
    }
    const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

    it('sends little of both in one flight, and each job its own settlements', async () => {
      const { flights, release, left, right } = twoLanes();
      release();
      const [first, second] = await Promise.all([left([1, -2], 1), right([-3, 4], 1)]);
      expect(flights).toEqual([[1, -2, -3, 4]]);
      expect(first).toEqual([{ status: 'done' }, { status: 'dead-letter', reason: 'item -2' }]);
      expect(second).toEqual([{ status: 'dead-letter', reason: 'item -3' }, { status: 'done' }]);
    });

    it('lets much fly side by side', async () => {
      const { flights, release, left, right } = twoLanes();
      const both = [left(many(1, 100), 1), right(many(201, 100), 1)];
      await expect.poll(() => flights.length).toBe(2);
      release();
      await Promise.all(both);
      expect(flights.map((items) => items.length)).toEqual([100, 100]);
    });

    it('does not wait for a flight of the other shard', async () => {
      const { flights, release, left, right } = twoLanes();
      const slow = left([1], 1);
      await expect.poll(() => flights.length).toBe(1);
      await right([2], 1);
      expect(flights).toEqual([[1], [2]]);
      release();
      await slow;
    });

    it('keeps a job that failed often from drawing the other shard in', async () => {
      const { flights, release, left, right } = twoLanes();
      release();
      await Promise.all([left([1], 6), right([2], 1)]);
      expect(flights).toEqual([[1], [2]]);
    });

    it('keeps an outage of one flight from slowing down the other shard', async () => {
      const flights: number[][] = [];
      const apply = async (items: readonly number[]): Promise<ItemSettlement[]> => {
        flights.push([...items]);
        if (flights.length === 1) throw new Error('down');
        return items.map(() => ({ status: 'done' }));
      };
      const open = createChargeBatcher(apply, { ...rules, isTransient: () => true });
      const [left, right] = [open(jobsMax), open(jobsMax)];
      expect(await left([1], 1)).toEqual([{ status: 'retry', reason: 'down' }]);
      const [, healthy] = await Promise.all([left([2], 2), right([3], 1)]);
      expect(healthy).toEqual([{ status: 'done' }]);
      expect(flights).toEqual([[1], [3], [2]]);
    });
  });

  describe('after a flight', () => {
    /** A flight of 8 ms has just landed, and one job follows it. */
    async function landed() {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const { apply, flights, release } = gated();
      const settle = createChargeBatcher(apply, rules)(jobsMax);
      const first = settle([1], 1);
      await turns();
      vi.advanceTimersByTime(8);
      release();
      await first;
      await turns();
      const second = settle([2], 1);
      await turns();
      return { flights, settle, second };
    }
    const turns = async () => {
      for (let i = 0; i < 5; i += 1) await turn();
    };

    it('rests as long as that took, so that what comes meanwhile goes together', async () => {
      const { flights, settle, second } = await landed();
      vi.advanceTimersByTime(7);
      const third = settle([3], 1);
      await turns();
      expect(flights).toEqual([[1]]);
      vi.advanceTimersByTime(1);
      await Promise.all([second, third]);
      expect(flights).toEqual([[1], [2, 3]]);
    });

    it('rests no longer once a batch is full', async () => {
      const { flights, settle, second } = await landed();
      await Promise.all([second, settle([3, 4, 5, 6], 1)]);
      expect(flights).toEqual([[1], [2, 3, 4, 5, 6]]);
    });

    it('rests no longer once no other job can come', async () => {
      const { flights, settle, second } = await landed();
      await Promise.all([second, settle([3], 1), settle([4], 1), settle([5], 1)]);
      expect(flights).toEqual([[1], [2, 3, 4, 5]]);
    });

    it('is idle again when the rest is over and nothing came', async () => {
      const { flights, settle, second } = await landed();
      vi.advanceTimersByTime(8);
      await second;
      await turns();
      vi.advanceTimersByTime(8);
      await turns();
      await settle([3], 1);
      expect(flights).toEqual([[1], [2], [3]]);
    });
  });
});

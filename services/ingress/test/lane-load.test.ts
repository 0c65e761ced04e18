import { expect, it } from 'vitest';
import { CALM, nextLoad, secondsUntilOpen, type LaneLoad } from '../src/overload/lane-load.ts';
import { retryAfter } from '../src/overload/retry-after.ts';

const LIMITS = { ageMs: 10_000, bytes: 1_000_000 };

/** Samples half a second apart. */
const play = (samples: { jobs?: number; ageMs?: number; bytes?: number }[]): LaneLoad =>
  samples.reduce<LaneLoad>(
    (load, sample, index) =>
      nextLoad(load, { jobs: 0, ageMs: 0, bytes: 0, ...sample }, LIMITS, index * 500),
    CALM,
  );

const old = { ageMs: 10_001, jobs: 1_000 };

it('takes commands while the queue keeps up, however deep it is', () => {
  expect(play([{ jobs: 1_000_000, ageMs: 10_000, bytes: 1_000_000 }]).shedding).toBe(false);
});

it('sheds by age and by bytes, at the second sample in a row', () => {
  expect(play([old]).shedding).toBe(false);
  expect(play([old, {}, old]).shedding).toBe(false);
  expect(play([old, old]).shedding).toBe(true);
  expect(play([{ bytes: 1_000_001 }, { bytes: 1_000_001 }]).shedding).toBe(true);
});

it('goes on shedding until it is well below its limits', () => {
  expect(play([old, old, { ageMs: 5_001 }]).shedding).toBe(true);
  expect(play([old, old, { ageMs: 5_000, bytes: 800_000 }]).shedding).toBe(true);
  expect(play([old, old, { ageMs: 5_000, bytes: 750_000 }]).shedding).toBe(false);
});

it('asks callers to wait for as long as the queue will take, by its measured rate', () => {
  const draining = play([old, old, { ...old, jobs: 900 }, { ...old, jobs: 800 }]);
  expect(draining.drained).toBeCloseTo(200);
  expect(secondsUntilOpen(draining)).toBeCloseTo(2);
  expect(secondsUntilOpen(play([old, old]))).toBe(2);
  // Nothing moves: nobody works the queue.
  expect(secondsUntilOpen(play([old, old, old, old]))).toBe(30);
});

it('spreads those who were refused together', () => {
  expect([0, 0.5, 0.999].map((random) => retryAfter(10, random))).toEqual(['10', '13', '15']);
  expect([0, 0.999].map((random) => retryAfter(0, random))).toEqual(['1', '1']);
  expect([0, 0.999].map((random) => retryAfter(3_600, random))).toEqual(['3600', '3615']);
});

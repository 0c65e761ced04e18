import { expect, test } from 'vitest';
import { createHoldLimit } from '../src/worker/hold-limit.ts';

const limited = () => {
  const set: number[] = [];
  return { set, limit: createHoldLimit({ itemsMax: 1_500, jobsMax: 1_000 }, (n) => set.push(n)) };
};

test('single charges keep all the concurrency there is', () => {
  const { set, limit } = limited();
  for (let i = 0; i < 100; i += 1) limit.observe(1);
  expect(set).toEqual([]);
});

test('full packs are held by the handful, soon after the first of them', () => {
  const { set, limit } = limited();
  let held = 0;
  for (let i = 0; i < 20; i += 1) {
    held += 500;
    limit.observe(500);
    if ((set.at(-1) ?? 1_000) <= i) break;
  }
  expect(set.at(-1)).toBeLessThanOrEqual(12);
  expect(held).toBeLessThanOrEqual(5_500);
});

test('small jobs after large ones get their concurrency back', () => {
  const { set, limit } = limited();
  for (let i = 0; i < 100; i += 1) limit.observe(500);
  expect(set.at(-1)).toBeLessThanOrEqual(5);
  for (let i = 0; i < 300; i += 1) limit.observe(1);
  expect(set.at(-1)).toBeGreaterThan(700);
});

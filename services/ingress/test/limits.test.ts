import { expect, it } from 'vitest';
import { createFailedAttempts, networkOf } from '../src/limits/failed-attempts.ts';
import { createFixedWindows } from '../src/limits/fixed-windows.ts';
import { ownLimits } from '../src/limits/own-limits.ts';
import { createBodyBudget } from '../src/overload/body-budget.ts';

it('a window begins with its first point and is whole again when it is over', () => {
  let nowMs = 0;
  const windows = createFixedWindows(10, () => nowMs);
  const limit = { points: 2, seconds: 1 };
  const take = () => windows.take('a', 1, limit).allowed;
  expect([take(), take(), take()]).toEqual([true, true, false]);
  expect(windows.exhausted('a', limit)).toMatchObject({ resetMs: 1_000 });
  nowMs = 999;
  expect(take()).toBe(false);
  nowMs = 1_000;
  expect(windows.exhausted('a', limit)).toBeNull();
  expect(take()).toBe(true);
});

it('more windows than there is room for push the oldest out', () => {
  const windows = createFixedWindows(2);
  const limit = { points: 1, seconds: 60 };
  for (const name of ['a', 'b', 'c']) windows.take(name, 1, limit);
  expect(windows.take('c', 1, limit).allowed).toBe(false);
  expect(windows.take('a', 1, limit).allowed).toBe(true);
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('attempts are counted by network, and no more are let through', () => {
  let refused = 0;
  const attempts = createFailedAttempts({ points: 2, seconds: 60 }, () => (refused += 1));
  attempts.note('2001:db8::1');
  expect(attempts.refusal('2001:db8::1')).toBeNull();
  attempts.note('2001:db8::2');
  expect(attempts.refusal('2001:db8::3')).toMatchObject({ code: 'rate_limited' });
  expect(attempts.refusal('2001:db8:1::1')).toBeNull();
  expect(refused).toBe(1);
});

it('a key’s own limits change what they name', () => {
  expect(ownLimits({ writes: '5/1s', reads: 'off' })).toEqual({
    writes: { points: 5, seconds: 1 },
    reads: null,
  });
  expect(ownLimits(null)).toEqual({});
});

it('bodies together stay within their budget, and one always fits', () => {
  const budget = createBodyBudget(100_000);
  const large = budget.reserve(5_000_000);
  expect(large).not.toBeNull();
  expect(budget.reserve(1)).toBeNull();
  large?.();
  const small = Array.from({ length: 20 }, () => budget.reserve(10_000));
  expect(small.filter((release) => release !== null)).toHaveLength(7);
  for (const release of small) release?.();
  expect(budget.bytesReserved()).toBe(0);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { atMostEvery } from '../src/api/at-most-every.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('works at once, then once for all that was asked for meanwhile', () => {
  const work = vi.fn<() => void>();
  const asked = atMostEvery(2_000, work);
  for (let count = 0; count < 50; count += 1) {
    asked();
    vi.advanceTimersByTime(100);
  }
  expect(work).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(60_000);
  expect(work).toHaveBeenCalledTimes(4);
  asked();
  expect(work).toHaveBeenCalledTimes(5);
});

it('forgets what was asked for when nobody wants it any more', () => {
  const work = vi.fn<() => void>();
  const asked = atMostEvery(2_000, work);
  asked();
  asked();
  asked.cancel();
  vi.advanceTimersByTime(60_000);
  expect(work).toHaveBeenCalledTimes(1);
});

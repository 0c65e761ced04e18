import { describe, expect, it } from 'vitest';
import { project } from '../src/pages/wallet/forecast/project.ts';

describe('a projection', () => {
  it('of steady use ends on the day that its credits say, in every future', () => {
    const { empty, days } = project({ available: 100, usedPerDay: [10, 10, 10], expiring: [] });
    expect(empty).toEqual({ early: 10, middle: 10, late: 10 });
    expect(days[0]).toEqual({ day: 0, low: 100, middle: 100, high: 100 });
    expect(days[4]).toEqual({ day: 4, low: 60, middle: 60, high: 60 });
  });

  it('spends first what expires first, and loses what of it is left on its day', () => {
    const expiring = [{ inDays: 2, amount: 50 }];
    const { days, empty } = project({ available: 100, usedPerDay: [10], expiring });
    // Two days use 20 of the 50 that lapse, then 30 are lost and 50 last five days more.
    expect(days.slice(0, 4).map(({ middle }) => middle)).toEqual([100, 90, 80, 40]);
    expect(empty.middle).toBe(7);
  });

  it('loses nothing that is used before it expires, in whatever order it is listed', () => {
    const expiring = [
      { inDays: 30, amount: 40 },
      { inDays: 5, amount: 50 },
    ];
    const { empty } = project({ available: 100, usedPerDay: [10], expiring });
    expect(empty).toEqual({ early: 10, middle: 10, late: 10 });
  });

  it('spreads as the days that were seen do, the same each time', () => {
    const observed = { available: 200, usedPerDay: [0, 5, 10, 40], expiring: [] };
    const first = project(observed);
    const { early, middle, late } = first.empty;
    expect(Number(early)).toBeLessThan(Number(middle));
    expect(Number(middle)).toBeLessThan(Number(late));
    expect(first.days.every(({ low, middle: mid, high }) => low <= mid && mid <= high)).toBe(true);
    expect(project(observed)).toEqual(first);
  });

  it('without an end says so, and goes no further than a year', () => {
    const { empty, days, horizon } = project({ available: 1_000, usedPerDay: [0], expiring: [] });
    expect(empty).toEqual({ early: null, middle: null, late: null });
    expect(days.at(-1)).toEqual({ day: horizon, low: 1_000, middle: 1_000, high: 1_000 });
  });
});

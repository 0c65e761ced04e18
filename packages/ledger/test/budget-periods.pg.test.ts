import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBudgetWorlds, type BudgetWorld } from './budget-world.ts';

let worlds: Awaited<ReturnType<typeof openBudgetWorlds>>;
beforeAll(async () => {
  worlds = await openBudgetWorlds();
});
afterAll(() => worlds.database.drop());

describe('a period', () => {
  test.each([
    ['day', '2026-11-21T23:59:59.999999Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['day', '2026-11-22T00:00:00Z', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2027-01-01T12:00:00Z', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
  ])('is a calendar %s in UTC, wherever the session is: %s', async (period, at, from, to) => {
    const row = await worlds.database.db.begin(async (tx) => {
      // A day of 25 hours lies in this November, and the week of that place begins on another day.
      await tx`set local timezone = 'America/New_York'`;
      const rows = await tx<{ from: Date; to: Date }[]>`
        select p.at as from, bursar.period_end(${period}::bursar.budget_period, p.at) as to
        from (select bursar.period_start(${period}::bursar.budget_period, ${at}::text::timestamptz) as at) p`;
      return rows[0];
    });
    expect([row?.from.toISOString(), row?.to.toISOString()]).toEqual([from, to]);
  });
});

type Line = [string, (b: BudgetWorld) => Promise<unknown>, unknown];

describe('when a period is over', () => {
  test.each<Line>([
    [
      'spending begins at zero',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([30]);
        await b.nextPeriod('daily');
        return [await b.state('daily'), await b.charge([30, 1]), await b.state('daily')];
      },
      ['0 / 0', ['applied', 'rejected: budget_exceeded'], '30 / 0'],
    ],
    [
      'a budget in total goes on',
      async (b) => {
        await b.put('ever', 30, { period: 'total' });
        await b.charge([30]);
        await b.nextPeriod('ever');
        return b.charge([1]);
      },
      ['rejected: budget_exceeded'],
    ],
    [
      'its holds still belong to it, and so does what they capture',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20);
        await b.nextPeriod('daily');
        return [await b.capture(20), await b.state('daily'), await b.charge([30])];
      },
      ['applied', '0 / 0', ['applied']],
    ],
    [
      'a reversal of its charges leaves the present one alone',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([30]);
        const charge = await b.newest('charge');
        await b.nextPeriod('daily');
        await b.charge([10]);
        return [await b.reverse(charge), await b.state('daily')];
      },
      ['applied', '10 / 0'],
    ],
    [
      'each percent is told again',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([15]);
        await b.nextPeriod('daily');
        await b.charge([15]);
        return b.alerts('daily');
      },
      [50, 50],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });
});

import { toPublicId } from '@bursar/contracts';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertApiKey, putMember } from '../src/reads.ts';
import { bare } from './outcome-world.ts';
import { openBudgetWorlds, type BudgetWorld } from './budget-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openBudgetWorlds>>;
beforeAll(async () => {
  worlds = await openBudgetWorlds();
});
afterAll(() => worlds.close());

const OVER = 'rejected: budget_exceeded';
const OK = 'applied';

type Line = [string, (b: BudgetWorld) => Promise<unknown>, unknown];

/** The outcomes of charges of these sizes in one batch, and what the budget says afterwards. */
const charging = (sizes: number[]) => async (b: BudgetWorld) => {
  await b.put('daily', 30);
  return [await b.charge(sizes), await b.state('daily')];
};

describe('charges', () => {
  test.each<Line>([
    ['that fit', charging([10, 20]), [[OK, OK], '30 / 0']],
    ['one beyond the limit', charging([31]), [[OVER], '0 / 0']],
    [
      'one too many, and a smaller one after it',
      charging([20, 11, 10]),
      [[OK, OVER, OK], '30 / 0'],
    ],
    [
      'of another product than the budget’s',
      async (b) => {
        await b.put('daily', 30, { product: 'render' });
        return [await b.charge([40]), await b.charge([31], { product: 'render' })];
      },
      [[OK], [OVER]],
    ],
    [
      'through another key than the budget’s',
      async (b) => {
        const key = await insertApiKey(worlds.database.db, {
          name: 'Render farm',
          hash: randomBytes(32),
          lastFour: 'last',
          scopes: ['charges:write'],
        });
        if (key === null) throw new Error('The key was made.');
        const caller = toPublicId('key', key.id);
        await b.put('farm', 30, { key: key.id });
        return [
          await b.charge([40]),
          await b.charge([31], { caller }),
          await b.hold(10, { amount: micro(31) }, caller),
          await b.charge([10], { caller: `${caller}/user:ana` }),
          await b.state('farm'),
        ];
      },
      [[OK], [OVER], OVER, [OK], '10 / 0'],
    ],
    [
      'that several budgets count: the tightest refuses, and none counts what another refuses',
      async (b) => {
        await b.put('daily', 30);
        await b.put('monthly', 20, { period: 'month' });
        await b.put('ever', 1_000, { period: 'total' });
        const outcomes = await b.charge([15, 10, 5]);
        const states = [await b.state('daily'), await b.state('monthly'), await b.state('ever')];
        return [outcomes, states];
      },
      [
        [OK, OVER, OK],
        ['20 / 0', '20 / 0', '20 / 0'],
      ],
    ],
    [
      'into debt count in full',
      async (b) => {
        await b.put('daily', 100);
        return [await b.charge([80]), await b.state('daily'), await b.charge([21])];
      },
      [[OK], '80 / 0', [OVER]],
    ],
    [
      'that the balance refuses count nothing, and a budget refuses before the balance',
      async (b) => {
        await b.world.limit(b.world.ana, 0n);
        await b.put('daily', 60);
        return [await b.charge([55, 61]), await b.state('daily')];
      },
      [['rejected: insufficient_credits', OVER], '0 / 0'],
    ],
    [
      'beyond a budget that only watches',
      async (b) => {
        await b.put('daily', 30, { enforced: false });
        return [await b.charge([31, 31]), await b.state('daily')];
      },
      [[OK, OK], '62 / 0'],
    ],
    [
      'with a budget of nothing',
      async (b) => {
        await b.put('daily', 0);
        return b.charge([1]);
      },
      [OVER],
    ],
    [
      'repeated count once',
      async (b) => {
        await b.put('daily', 30);
        const head = newHead();
        const batch = [head, head].map((one) => ({ ...one, whole: 20 }));
        return [await b.world.charge(...batch), await b.state('daily')];
      },
      [[OK, 'replayed'], '20 / 0'],
    ],
    [
      'before a budget begins',
      async (b) => {
        const activeFrom = new Date(Date.now() + 3_600_000).toISOString();
        await b.put('daily', 30, { activeFrom });
        return [await b.charge([31]), await b.state('daily')];
      },
      [[OK], '0 / 0'],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });

  test('are told which budget refused, what it had left, and what to do', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 30);
    await b.charge([20]);
    const outcome = await b.world.apply({
      type: 'hold',
      wallet: b.world.ana,
      amount: micro(11),
      product: 'notebook',
      expires_in: 900,
    });
    expect(outcome).toMatchObject({
      error: { required: '11', available: '10', subjects: [b.id('daily')] },
    });
    expect(JSON.stringify(outcome)).toMatch(
      /has 10 of 30 credits left for this day, and 11 are needed; no credits moved\. Raise its limit, or wait for the next period, which begins at \d{4}-\d\d-\d\dT00:00:00/,
    );
  });
});

describe('spending on behalf of an organization', () => {
  const forAcme = (b: BudgetWorld, wallet: string) => ({ wallet, on_behalf_of: b.world.acme });

  test.each<Line>([
    [
      'is limited for all members together, and for the pool itself',
      async (b) => {
        const { ana, ben, acme } = b.world;
        await b.put('team', 30, { wallet: acme });
        return [
          await b.charge([10], forAcme(b, ana)),
          await b.charge([10], forAcme(b, ben)),
          await b.charge([10], { wallet: acme }),
          await b.charge([1], forAcme(b, ben)),
          await b.charge([1], { wallet: ben }),
          await b.state('team'),
        ];
      },
      [[OK], [OK], [OK], [OVER], [OK], '30 / 0'],
    ],
    [
      'is limited for one member',
      async (b) => {
        const { ana, ben, acme } = b.world;
        await b.put('ben', 30, { wallet: acme, member: ben });
        return [
          await b.charge([31], forAcme(b, ana)),
          await b.charge([31], forAcme(b, ben)),
          await b.charge([31], { wallet: ben }),
          await b.charge([31], { wallet: acme }),
        ];
      },
      [[OK], [OVER], [OK], [OK]],
    ],
    [
      'is limited again when a removed member comes back',
      async (b) => {
        const { ben, acme } = b.world;
        await b.put('ben', 30, { wallet: acme, member: ben });
        await b.charge([20], forAcme(b, ben));
        await b.world.outcome({ type: 'member_removal', organization: acme, member: ben });
        const away = await b.charge([1], forAcme(b, ben));
        const member = { organization: bare(acme), user: bare(ben), role: 'member' } as const;
        await putMember(worlds.database.db, member);
        return [away, await b.charge([11, 10], forAcme(b, ben))];
      },
      [['rejected: not_a_member'], [OVER, OK]],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });
});

import { toPublicId } from '@bursar/contracts';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireDue } from '../src/operations.ts';
import { insertApiKey, putMember } from '../src/reads.ts';
import { bare, codeOf } from './outcome-world.ts';
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
      'in the next period begin at zero',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([30]);
        await b.nextPeriod('daily');
        return [await b.state('daily'), await b.charge([30, 1]), await b.state('daily')];
      },
      ['0 / 0', [OK, OVER], '30 / 0'],
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

describe('holds', () => {
  const capture = async (b: BudgetWorld, whole: number, final = true) =>
    b.world.outcome({
      type: 'hold_capture',
      hold: await b.newest('hold'),
      amount: micro(whole),
      final,
    });

  test.each<Line>([
    [
      'count as held, and refuse what does not fit beside them',
      async (b) => {
        await b.put('daily', 30);
        return [
          await b.hold(20),
          await b.state('daily'),
          await b.charge([11, 10]),
          await b.hold(1),
        ];
      },
      [OK, '0 / 20', [OVER, OK], OVER],
    ],
    [
      'become spent as far as they are captured',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20);
        return [
          await capture(b, 5, false),
          await b.state('daily'),
          await capture(b, 5),
          await b.state('daily'),
        ];
      },
      [OK, '5 / 15', OK, '10 / 0'],
    ],
    [
      'may be captured beyond the limit, once admitted',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20);
        return [await capture(b, 45), await b.state('daily'), await b.charge([1])];
      },
      [OK, '45 / 0', [OVER]],
    ],
    [
      'are freed by a release',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20);
        await b.world.outcome({ type: 'hold_release', hold: await b.newest('hold') });
        return b.state('daily');
      },
      '0 / 0',
    ],
    [
      'are freed by expiry',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20, { expires_in: 0 });
        await expireDue(b.world.worker);
        return b.state('daily');
      },
      '0 / 0',
    ],
    [
      'belong to the period that admitted them, and so does what they capture',
      async (b) => {
        await b.put('daily', 30);
        await b.hold(20);
        await b.nextPeriod('daily');
        return [await capture(b, 20), await b.state('daily'), await b.charge([30])];
      },
      [OK, '0 / 0', [OK]],
    ],
    [
      'that are older than a budget are captured without it',
      async (b) => {
        await b.hold(20);
        await b.put('daily', 10);
        return [await capture(b, 20), await b.state('daily')];
      },
      [OK, '0 / 0'],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });
});

describe('a reversal', () => {
  const reverse = async (b: BudgetWorld, charge: string, whole?: number) =>
    b.world.outcome({
      type: 'reversal',
      transaction: charge,
      reason: 'Failed',
      ...(whole === undefined ? {} : { amount: micro(whole) }),
    });

  test('makes room again', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 30);
    await b.charge([30]);
    await reverse(b, await b.newest('charge'), 10);
    expect([await b.state('daily'), await b.charge([11, 10])]).toEqual(['20 / 0', [OVER, OK]]);
  });

  test('of a charge of the period before leaves the present one alone', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 30);
    await b.charge([30]);
    const charge = await b.newest('charge');
    await b.nextPeriod('daily');
    await b.charge([10]);
    expect([await reverse(b, charge), await b.state('daily')]).toEqual([OK, '10 / 0']);
  });
});

describe('alerts', () => {
  test('tell the highest percent reached, once for each period', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 100, { alertAt: [50, 80, 100] });
    await b.charge([49]);
    expect(await b.alerts('daily')).toEqual([]);
    await b.charge([1, 1]);
    expect(await b.alerts('daily')).toEqual([50]);
    await b.charge([49]);
    expect(await b.alerts('daily')).toEqual([50, 100]);
    await b.nextPeriod('daily');
    await b.charge([50]);
    expect(await b.alerts('daily')).toEqual([50, 100, 50]);
  });

  test('do not come again when a reversal brought the spending down in between', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 100);
    await b.charge([60]);
    await b.world.outcome({
      type: 'reversal',
      transaction: await b.newest('charge'),
      reason: 'Failed',
    });
    await b.charge([60]);
    expect(await b.alerts('daily')).toEqual([50]);
  });

  test('begin anew with another limit, and take as told what is reached already', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 100);
    await b.charge([85]);
    await b.put('daily', 200);
    await b.charge([10, 10]);
    await b.put('daily', 150);
    await b.charge([20]);
    expect(await b.alerts('daily')).toEqual([80, 50, 80]);
  });

  test('come with a capture, and beyond a hundred percent where that is asked for', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 30, { alertAt: [120] });
    await b.hold(30);
    const hold = await b.newest('hold');
    await b.world.outcome({ type: 'hold_capture', hold, amount: micro(36), final: true });
    expect(await b.alerts('daily')).toEqual([120]);
  });
});

describe('putting a budget', () => {
  test.each<Line>([
    [
      'again changes nothing',
      async (b) => {
        const first = await b.put('daily', 30);
        await b.charge([10]);
        return [first, await b.put('daily', 30), await b.state('daily')];
      },
      [{ ok: true, created: true }, { ok: true, created: false }, '10 / 0'],
    ],
    [
      'with another limit keeps what was counted',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([20]);
        await b.put('daily', 10);
        const lower = await b.charge([1]);
        await b.put('daily', 21);
        return [lower, await b.charge([1]), await b.state('daily')];
      },
      [[OVER], [OK], '21 / 0'],
    ],
    [
      'that counts something else begins at zero',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([20]);
        await b.put('daily', 30, { period: 'week' });
        return [await b.state('daily'), await b.charge([30, 1])];
      },
      ['0 / 0', [OK, OVER]],
    ],
    [
      'after it was deleted begins at zero; in between nothing limits',
      async (b) => {
        await b.put('daily', 30);
        await b.charge([30]);
        const gone = await b.delete('daily');
        const free = await b.charge([100]);
        await b.put('daily', 30);
        return [gone, await b.delete('other'), free, await b.state('daily')];
      },
      [true, false, [OK], '0 / 0'],
    ],
    [
      'under an id of another wallet is refused',
      async (b) => {
        await b.put('daily', 30);
        const { ben, ana } = b.world;
        return [
          await b.put('daily', 30, { wallet: ben }),
          await b.delete('daily', ben),
          ana !== ben,
        ];
      },
      [{ ok: false, refusal: 'id_taken' }, false, true],
    ],
    [
      'for what does not exist is refused',
      async (b) => {
        const { acme, zoe } = b.world;
        const key = '00000000-0000-7000-8000-000000000000';
        return [
          await b.put('a', 1, { wallet: 'user:nobody' }),
          await b.put('b', 1, { wallet: acme, member: zoe }),
          await b.put('c', 1, { key }),
        ];
      },
      ['wallet_not_found', 'not_a_member', 'key_not_found'].map((refusal) => ({
        ok: false,
        refusal,
      })),
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });

  test('more than a hundred of one wallet is refused', async () => {
    const b = await worlds.newBudgets();
    for (let count = 0; count < 100; count += 1) await b.put(`b${count}`, 1_000);
    expect(await b.put('last', 1)).toEqual({ ok: false, refusal: 'too_many' });
    expect((await b.put('b7', 1)).ok).toBe(true);
  });
});

test('a hold that was refused by a budget is refused again under its key', async () => {
  const b = await worlds.newBudgets();
  await b.put('daily', 10);
  const head = newHead();
  const command = {
    type: 'hold',
    wallet: b.world.ana,
    amount: micro(11),
    product: 'notebook',
    expires_in: 900,
  } as const;
  const first = await b.world.apply(command, head);
  await b.put('daily', 20);
  expect([first, await b.world.apply(command, head)].map(codeOf)).toEqual([
    OVER,
    'replayed: budget_exceeded',
  ]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliverFact, expireDue } from '../src/operations.ts';
import { codeOf } from './outcome-world.ts';
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

describe('holds', () => {
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
          await b.capture(5, false),
          await b.state('daily'),
          await b.capture(5),
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
        return [await b.capture(45), await b.state('daily'), await b.charge([1])];
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
      'that are older than a budget are captured without it',
      async (b) => {
        await b.hold(20);
        await b.put('daily', 10);
        return [await b.capture(20), await b.state('daily')];
      },
      [OK, '0 / 0'],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act(await worlds.newBudgets())).toEqual(expected);
  });
});

test('a reversal makes room again', async () => {
  const b = await worlds.newBudgets();
  await b.put('daily', 30);
  await b.charge([30]);
  await b.reverse(await b.newest('charge'), 10);
  expect([await b.state('daily'), await b.charge([11, 10])]).toEqual(['20 / 0', [OVER, OK]]);
});

describe('alerts', () => {
  test('tell the highest percent reached, once', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 100, { alertAt: [50, 80, 100] });
    await b.charge([49]);
    expect(await b.alerts('daily')).toEqual([]);
    await b.charge([1, 1]);
    expect(await b.alerts('daily')).toEqual([50]);
    await b.charge([49]);
    expect(await b.alerts('daily')).toEqual([50, 100]);
  });

  test('do not come again when a reversal brought the spending down in between', async () => {
    const b = await worlds.newBudgets();
    await b.put('daily', 100);
    await b.charge([60]);
    await b.reverse(await b.newest('charge'));
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

  test('are for the owners and admins, and for the member whom the budget limits', async () => {
    const b = await worlds.newBudgets();
    const { ana, ben, acme, worker } = b.world;
    await b.put('ben', 10, { wallet: acme, member: ben });
    await b.put('team', 10, { wallet: acme });
    await b.charge([10], { wallet: ben, on_behalf_of: acme });
    const facts = await worlds.database.db<{ id: bigint }[]>`
      select id from bursar.outbox where kind = 'budget-alert' order by id desc limit 2`;
    for (const { id } of facts) await deliverFact(worker, id.toString());
    const rows = await worlds.database.db<{ user: string; budget: string }[]>`
      select user_id as user, data ->> 'budget' as budget from bursar.notifications
      where fact = any (${facts.map(({ id }) => id.toString())}::text[]::bigint[])
      order by budget, user_id`;
    expect(rows.map(({ user, budget }) => [`user:${user}`, budget])).toEqual([
      [ana, b.id('ben')],
      [ben, b.id('ben')],
      [ana, b.id('team')],
    ]);
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

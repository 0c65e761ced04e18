import type { LedgerCommandOf } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { travel } from '../../../test/model/agreement/stage.ts';
import { resumeSimulations, type Outcome } from '../src/operations.ts';
import { startSimulation } from '../src/rule/simulate-rule.ts';
import { putMember } from '../src/reads.ts';
import { bare, codeOf, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Simulated = LedgerCommandOf<'rule_simulation'>['rule'];

const simulationOf = (w: World, rule: Simulated, periods: number) =>
  ({ type: 'rule_simulation', organization: w.acme, rule, periods }) as const;

/** `[outcome, members, credits]` of each period. */
function linesOf(outcome: Outcome): unknown[] {
  if (outcome.verdict !== 'applied') throw new Error(codeOf(outcome));
  const { periods } = outcome.result['simulation'] as {
    periods: { outcome: string; members: number; amount: string }[];
  };
  return periods.map((one) => [one.outcome, one.members, Number(one.amount)]);
}

const simulate = async (w: World, rule: Simulated, periods: number) =>
  linesOf(await w.apply(simulationOf(w, rule, periods)));

const share = (w: World, member: string, amount: number) =>
  w.outcome({
    type: 'allocation',
    from: w.acme,
    recipients: [member],
    amount_per_recipient: micro(amount),
  });

/** As if acme, its people and their credits had been there for so many days. */
async function age(w: World, days: number): Promise<void> {
  await travel(worlds.database.db, [w.acme, w.ana, w.ben], days * 24);
  await worlds.database.db`
    update bursar.memberships set joined_at = joined_at - make_interval(days => ${days}::integer)
    where organization_id = ${bare(w.acme)}`;
}

/** Whole days since the 15th of the month so many months before this one. */
function daysSinceMiddleOf(monthsAgo: number): number {
  const now = new Date();
  const middle = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15);
  return Math.floor((now.getTime() - middle) / 86_400_000);
}

const join = (w: World, user: string) =>
  putMember(worlds.database.db, { organization: bare(w.acme), user: bare(user), role: 'member' });

const refill = (whole: number): Simulated => ({
  kind: 'refill',
  every: 'month',
  amount: micro(whole),
});

test('says what a refill would have moved, carrying over what nobody would have spent', async () => {
  const w = await worlds.newWorld();
  await join(w, w.zoe);
  await share(w, w.ben, 4);
  await age(w, 95);
  const before = [await w.balance(w.acme), await w.balance(w.ben)];
  // Ana, Ben and Zoe (who has joined just now in truth) need 10, 6 and 10; nobody spends, so it is needed once.
  expect(await simulate(w, refill(10), 3)).toEqual([
    ['move', 3, 26],
    ['move', 0, 0],
    ['move', 0, 0],
  ]);
  expect([await w.balance(w.acme), await w.balance(w.ben)]).toEqual(before);
});

test('a refill that the pool could not have paid waits, and what was spent otherwise is needed again', async () => {
  const w = await worlds.newWorld();
  await age(w, 60);
  await w.charge({ wallet: w.ana, whole: 30 });
  // Into the last days of the month before this one.
  await age(w, new Date().getUTCDate() + 5);
  // Ana pays 30 out of her own in a period; of what she would have had, that is gone before the next one.
  expect(await simulate(w, refill(20), 2)).toEqual([
    ['move', 2, 40],
    ['move', 1, 20],
  ]);
  expect(await simulate(w, refill(60), 2)).toEqual([
    ['wait', 2, 120],
    ['wait', 2, 120],
  ]);
});

test('who joined later needs nothing before', async () => {
  const w = await worlds.newWorld();
  await age(w, 95);
  await join(w, w.zoe);
  expect(await simulate(w, refill(10), 3)).toEqual([
    ['move', 2, 20],
    ['move', 0, 0],
    ['move', 0, 0],
  ]);
});

test('says what a sweep would have taken back, each lot once, and what a cap would have refused', async () => {
  const w = await worlds.newWorld();
  await share(w, w.ben, 40);
  await age(w, daysSinceMiddleOf(3));
  const sweep: Simulated = { kind: 'sweep', every: 'month', idle_days: 0 };
  expect(await simulate(w, sweep, 3)).toEqual([
    ['move', 1, 40],
    ['move', 0, 0],
    ['move', 0, 0],
  ]);
  expect(await simulate(w, { ...sweep, idle_days: 300 }, 3)).toEqual([
    ['move', 0, 0],
    ['move', 0, 0],
    ['move', 0, 0],
  ]);
  const cap: Simulated = { kind: 'cap', every: 'month', share_percent: 30 };
  expect(await simulate(w, cap, 4)).toEqual([
    ['refuse', 1, 40],
    ['refuse', 0, 0],
    ['refuse', 0, 0],
    ['refuse', 0, 0],
  ]);
});

test('a cap refuses by what a member received in the period, each member by themselves', async () => {
  const w = await worlds.newWorld();
  // A fifth: Ben's 20 of 100, not Ana's 20 of 80; refused, it does not count, and her 1 of 45 may come. Ben's 15 is more.
  // A quarter: 20 of 100 and 20 of 80, then nothing more.
  await share(w, w.ben, 20);
  await share(w, w.ana, 20);
  await share(w, w.ben, 15);
  await share(w, w.ana, 1);
  const cap = (share_percent: number): Simulated => ({
    kind: 'cap',
    every: 'month',
    share_percent,
  });
  expect(await simulate(w, cap(20), 1)).toEqual([['refuse', 2, 35]]);
  expect(await simulate(w, cap(25), 1)).toEqual([['refuse', 2, 16]]);
  expect(await simulate(w, cap(100), 1)).toEqual([['refuse', 0, 0]]);
});

test('is answered once for its key, and for an organization that is not there not at all', async () => {
  const w = await worlds.newWorld();
  const head = newHead();
  const command = simulationOf(w, refill(10), 2);
  const first = await w.apply(command, head);
  expect(linesOf(first)).toHaveLength(2);
  expect(await w.apply(command, head)).toMatchObject({ verdict: 'replayed' });
  const nowhere = { ...command, organization: 'org:nowhere' };
  expect(await w.outcome(nowhere)).toBe('rejected: wallet_not_found');
});

test('whose worker was lost is finished by another, and leaves nothing behind', async () => {
  const w = await worlds.newWorld();
  const head = newHead();
  const command = simulationOf(w, refill(10), 2);
  const begun = await w.worker.begin((tx) => startSimulation(tx, head, command));
  expect(begun.verdict).toBe('pending');
  expect(await resumeSimulations(w.worker, 60, 10)).toBe(0);
  await worlds.database.db`
    update bursar.rule_simulations set stepped_at = now() - interval '2 minutes'`;
  expect(await resumeSimulations(w.worker, 60, 10)).toBe(1);
  expect(await w.apply(command, head)).toMatchObject({
    verdict: 'replayed',
    result: { simulation: { kind: 'refill', periods: [{ amount: '0' }, { amount: '0' }] } },
  });
  expect(await w.worker`select from bursar.rule_simulations`).toEqual([]);
});

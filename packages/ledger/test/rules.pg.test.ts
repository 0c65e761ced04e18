import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { travel } from '../../../test/model/agreement/stage.ts';
import { connectDatabase } from '../src/administration.ts';
import { runDueRules, runRule } from '../src/operations.ts';
import { putRule, type RuleTerms } from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { micro } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const credits = (whole: number): bigint => BigInt(micro(whole));

const put = (w: World, id: string, terms: RuleTerms, startsNow = true) =>
  putRule(worlds.database.db, {
    organization: bare(w.acme),
    id,
    every: 'month',
    startsNow,
    ...terms,
  });

const run = (w: World, id: string) => runRule(w.worker, bare(w.acme), id);

const whole = async (w: World, wallet: string): Promise<number> =>
  Number((await w.balance(wallet)).credits) / 1e6;

const runsOf = (w: World, id: string) =>
  w.worker<{ status: string; period: string }[]>`
    select status, period::text from bursar.rule_runs
    where organization_id = ${bare(w.acme)} and rule_id = ${id} order by period`;

const share = (w: World, member: string, amount: number) =>
  w.outcome({
    type: 'allocation',
    from: w.acme,
    recipients: [member],
    amount_per_recipient: micro(amount),
  });

/** Moves what a rule has done a period back, as if a month had passed. */
const aMonthLater = (w: World, id: string) =>
  worlds.database.db`
    update bursar.rule_runs set period = (period - interval '1 month')::date
    where organization_id = ${bare(w.acme)} and rule_id = ${id}`;

/** As if so many days had passed for acme and its people. */
const pass = (w: World, days: number) =>
  travel(worlds.database.db, [w.acme, w.ana, w.ben], days * 24);

test('a pool that is not to be had keeps no other organization from its rules', async () => {
  const pair = [await worlds.newWorld(), await worlds.newWorld()];
  const [stuck, free] = pair.toSorted((a, b) => (a.acme < b.acme ? -1 : 1));
  if (stuck === undefined || free === undefined) throw new Error('There are two worlds.');
  for (const w of pair) await put(w, 'top-up', { kind: 'refill', amount: credits(10) });
  const { url } = worlds.database;
  const hasty = connectDatabase({ url, role: 'bursar_worker', statementTimeoutMs: 300 });
  await worlds.database.db.begin(async (tx) => {
    await tx`select from bursar.wallets where owner = ${stuck.acme} for update`;
    await expect(runDueRules(hasty, 50)).rejects.toThrow('canceling statement');
  });
  expect(await runsOf(stuck, 'top-up')).toEqual([]);
  expect(await runsOf(free, 'top-up')).toMatchObject([{ status: 'done' }]);
  await runDueRules(hasty, 50);
  expect(await runsOf(stuck, 'top-up')).toMatchObject([{ status: 'done' }]);
  await hasty.end();
});

describe('a refill', () => {
  test('brings every active member up to the amount, once in a period however often it is run', async () => {
    const w = await worlds.newWorld();
    await share(w, w.ben, 4);
    await put(w, 'top-up', { kind: 'refill', amount: credits(10) });
    await Promise.all([1, 2, 3].map(() => run(w, 'top-up')));
    await w.charge({ wallet: w.ben, whole: 5 });
    await run(w, 'top-up');
    // Ana has her own 50; only what acme allocated counts. Dan is suspended, Eve was removed.
    expect([await whole(w, w.acme), await whole(w, w.ana), await whole(w, w.ben)]).toEqual([
      80, 60, 5,
    ]);
    expect(await whole(w, w.dan)).toBe(0);
  });

  test('that the pool cannot pay pays nobody, tells once, and is paid when it can', async () => {
    const w = await worlds.newWorld();
    await put(w, 'top-up', { kind: 'refill', amount: credits(60) });
    await run(w, 'top-up');
    await run(w, 'top-up');
    expect(await whole(w, w.acme)).toBe(100);
    expect(await runsOf(w, 'top-up')).toMatchObject([{ status: 'delayed' }]);
    const told = await w.worker`
      select from bursar.outbox o join bursar.wallets x on x.id = o.subject_wallet
      where o.kind = 'rule-delayed' and x.owner = ${w.acme}`;
    expect(told).toHaveLength(1);
    await w.grant(w.acme, 20);
    await run(w, 'top-up');
    expect([await whole(w, w.acme), await whole(w, w.ben)]).toEqual([0, 60]);
  });

  test('that was still delayed when its period ended is missed, and the next one is its own', async () => {
    const w = await worlds.newWorld();
    await put(w, 'top-up', { kind: 'refill', amount: credits(60) });
    await run(w, 'top-up');
    await aMonthLater(w, 'top-up');
    await w.grant(w.acme, 20);
    await run(w, 'top-up');
    expect((await runsOf(w, 'top-up')).map(({ status }) => status)).toEqual(['missed', 'done']);
    expect(await whole(w, w.ben)).toBe(60);
  });

  test('begins with the next period unless it is told otherwise, and is found when it is due', async () => {
    const w = await worlds.newWorld();
    await put(w, 'top-up', { kind: 'refill', amount: credits(10) }, false);
    await runDueRules(w.worker, 1_000);
    expect(await whole(w, w.ben)).toBe(0);
    await put(w, 'top-up', { kind: 'refill', amount: credits(10) });
    await runDueRules(w.worker, 1_000);
    await runDueRules(w.worker, 1_000);
    expect(await whole(w, w.ben)).toBe(10);
  });

  test('gives no more than a cap leaves', async () => {
    const w = await worlds.newWorld();
    await put(w, 'cap', { kind: 'cap', sharePercent: 20 });
    await put(w, 'top-up', { kind: 'refill', amount: credits(30) });
    await run(w, 'top-up');
    expect([await whole(w, w.acme), await whole(w, w.ana), await whole(w, w.ben)]).toEqual([
      60, 70, 20,
    ]);
  });
});

describe('a cap', () => {
  test('counts whatever a member receives in the period, whichever way it comes', async () => {
    const w = await worlds.newWorld();
    await put(w, 'cap', { kind: 'cap', sharePercent: 30 });
    expect(await share(w, w.ben, 31)).toBe('rejected: cap_exceeded');
    expect(await share(w, w.ben, 20)).toBe('applied');
    const transfer = { type: 'transfer', from: w.acme, to: w.ben, unrestricted: false } as const;
    // 80 are available, 20 were received: 30 of a hundred.
    expect(await w.outcome({ ...transfer, amount: micro(11) })).toBe('rejected: cap_exceeded');
    const request = await w.request(w.ben, 11);
    const approval = { type: 'credit_request_approval', request } as const;
    expect(await w.outcome(approval)).toBe('rejected: cap_exceeded');
    expect(await w.outcome({ ...approval, amount: micro(10) })).toBe('applied');
    expect(await share(w, w.ana, 21)).toBe('applied');
    expect(await w.outcome({ ...transfer, amount: micro(30), unrestricted: true })).toBe('applied');
  });
});

describe('a sweep', () => {
  test('takes back what has lain long enough, is neither spent nor held, and only that', async () => {
    const w = await worlds.newWorld();
    await share(w, w.ben, 20);
    await pass(w, 100);
    await share(w, w.ana, 20);
    await w.charge({ wallet: w.ben, whole: 5 });
    await w.hold(w.ben, 5);
    await put(w, 'sweep', { kind: 'sweep', idleDays: 30 });
    await Promise.all([run(w, 'sweep'), run(w, 'sweep')]);
    expect([await whole(w, w.acme), await whole(w, w.ana), await whole(w, w.ben)]).toEqual([
      70, 70, 5,
    ]);
  });
});

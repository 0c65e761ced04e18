import { expect, test } from 'vitest';
import { requestDueTopUps } from '../src/operations.ts';
import { putMember, suspendMember, startAutoTopUp } from '../src/reads.ts';
import { bare, grantOf, type World } from './outcome-world.ts';
import { credits, micro } from './reads-fixtures.ts';
import {
  armed,
  begun,
  paying,
  saveCard,
  stateOf,
  termsOf,
  underWay,
  worlds,
} from './top-up-world.ts';

test('payment case 35: a price in thousandths goes up to what can be charged', async () => {
  const rows = await worlds.database.db`
    select q.credits, q.subtotal from bursar.quote_top_up(
      ${credits(500) + 500_000n}, row(${credits(100)}, 1000, 'kwd', 5000, 10000000, 12)::bursar.credit_price) q`;
  expect(rows).toEqual([{ credits: credits(500) + 500_000n, subtotal: 5_010n }]);
});

test('payment case 54: fifty charges around the threshold start one top-up', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 29 });
  expect(await underWay(world)).toHaveLength(0);
  await Promise.all(
    Array.from({ length: 50 }, (_, turn) =>
      turn % 5 === 0
        ? world.grant(world.ana, 3)
        : world.charge({ wallet: world.ana, whole: 1 }, { wallet: world.ana, whole: 1 }),
    ),
  );
  expect(await underWay(world)).toHaveLength(1);
  expect(await requestDueTopUps(world.worker, 100)).toBe(0);
});

test('a top-up is an order that its card paid: debt first, the rest a lot with the price of that moment', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 60 });
  const attempt = await begun(world);
  expect(attempt).toMatchObject({ status: 'charging', subtotal: 1000, credits: '1000000000' });
  expect(await paying(world, attempt)).toBe('succeeded');
  expect(await paying(world, attempt)).toBe('succeeded');
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(990), owed: 0n });
  const [lot] = await world.worker`
    select kind, amount, unit_cost, cost_currency from bursar.lots where purchase_id = ${attempt.id}::uuid`;
  expect(lot).toEqual({
    kind: 'purchased',
    amount: credits(990),
    unit_cost: 1_000_000n,
    cost_currency: 'usd',
  });
  expect(await stateOf(world)).toMatchObject({ charged: 1000n, declines: 0 });
});

test('a target is reached exactly, whatever is owed', async () => {
  const world = await armed({ amount: null, target: credits(2000) });
  await world.charge({ wallet: world.ana, whole: 80 });
  const attempt = await begun(world);
  await paying(world, attempt);
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(2000), owed: 0n });
});

test('holds count as spent, and every way down is noticed', async () => {
  const world = await armed();
  await world.hold(world.ana, 40);
  expect(await underWay(world)).toHaveLength(1);
});

test('credits that are handed out are noticed at once', async () => {
  const world = await worlds.newWorld();
  await saveCard(world, world.acme);
  await startAutoTopUp(worlds.database.db, termsOf(world.acme));
  await world.apply({
    type: 'allocation',
    from: world.acme,
    recipients: [world.ben],
    amount_per_recipient: micro(90),
  });
  expect(await underWay(world, world.acme)).toHaveLength(1);
});

/** `ana` with 10 credits of her own. */
async function nearlyEmpty(): Promise<World> {
  const world = await worlds.newWorld();
  await world.charge({ wallet: world.ana, whole: 40 });
  return world;
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

async function watch(world: World): Promise<World> {
  await saveCard(world, world.ana);
  await startAutoTopUp(worlds.database.db, termsOf(world.ana));
  return world;
}

test.each<[string, () => Promise<World>]>([
  [
    'frozen',
    async () => {
      const world = await nearlyEmpty();
      const organization = bare(world.acme);
      await world.apply({
        type: 'allocation',
        from: world.acme,
        recipients: [world.ana],
        amount_per_recipient: micro(40),
      });
      await watch(world);
      const { db } = worlds.database;
      await putMember(db, { organization, user: bare(world.ben), role: 'owner' });
      await suspendMember(db, { organization, user: bare(world.ana) });
      return world;
    },
  ],
  [
    'not effective yet',
    async () => {
      const world = await armed();
      const command = grantOf(world.ana, micro(100));
      await world.apply({ ...command, effective_at: inSeconds(86_400) });
      await world.charge({ wallet: world.ana, whole: 40 });
      return world;
    },
  ],
  [
    'expired before anybody posted that',
    async () => {
      const world = await nearlyEmpty();
      await world.grant(world.ana, 30, { expires_at: inSeconds(2) });
      return watch(world);
    },
  ],
])('credits that are %s are found by the clock, and nothing else is', async (_, lower) => {
  const world = await lower();
  const bystander = await armed();
  expect(await underWay(world)).toHaveLength(0);
  await expect
    .poll(
      async () => {
        await requestDueTopUps(world.worker, 100);
        return (await underWay(world)).length;
      },
      { timeout: 10_000 },
    )
    .toBe(1);
  expect(await underWay(bystander)).toHaveLength(0);
});

test('what recovered meanwhile is not bought, and is watched again', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  await world.grant(world.ana, 100);
  expect(await begun(world)).toMatchObject({ status: 'skipped' });
  await world.charge({ wallet: world.ana, whole: 95 });
  expect(await begun(world)).toMatchObject({ status: 'charging' });
});

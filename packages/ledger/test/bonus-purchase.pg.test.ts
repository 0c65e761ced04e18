import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attachCheckout,
  findBonus,
  fulfilPurchase,
  openPurchase,
  readTakeBackDifferences,
  reserveBonus,
  reviewPurchase,
} from '../src/operations.ts';
import { deleteUser, putBonusCode } from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { factsOf, orderOf, takeBack } from './purchase-fixtures.ts';
import { credits, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

test('payment case 30: an order that has set a code aside finds it again after a crash', async () => {
  const world = await worlds.newWorld();
  const code = randomUUID();
  await putBonusCode(worlds.database.db, {
    code,
    bonusCredits: credits(3),
    bonusPercent: null,
    lifetimeDays: 30,
    scope: 'any',
    maxRedemptions: 1,
    maxPerPerson: 1,
    maxPerOrganization: 1,
    firstPurchaseOnly: true,
    minimum: null,
    currency: null,
    startsAt: null,
    endsAt: null,
    actor: 'key_operator',
  });
  const order = { ...orderOf(world.zoe), promotion_code: code };
  const opened = await openPurchase(world.worker, newHead(), order, 12);
  const purchase = opened.verdict === 'pending' ? String(opened.result['purchase']) : '';
  const asked = { ...order, actor: 'key_x', code };
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect(await findBonus(world.worker, { ...asked, purchase })).toMatchObject({ ok: true });
    expect(await reserveBonus(world.worker, purchase)).toBeNull();
  }
  expect(await findBonus(world.worker, asked)).toMatchObject({ ok: false });
});

/** An order of 10 credits that a code makes 20, with somewhere to pay; answers with its session. */
async function orderedWithBonus(world: World): Promise<{ session: string; purchase: string }> {
  const [head, session, code] = [newHead(), randomUUID(), randomUUID()];
  await putBonusCode(worlds.database.db, {
    code,
    bonusCredits: credits(10),
    bonusPercent: null,
    lifetimeDays: 30,
    scope: 'any',
    maxRedemptions: null,
    maxPerPerson: null,
    maxPerOrganization: null,
    firstPurchaseOnly: false,
    minimum: null,
    currency: null,
    startsAt: null,
    endsAt: null,
    actor: 'key_operator',
  });
  const order = { ...orderOf(world.zoe), promotion_code: code };
  const opened = await openPurchase(world.worker, head, order, 12);
  const purchase = opened.verdict === 'pending' ? String(opened.result['purchase']) : '';
  expect(await reserveBonus(world.worker, purchase)).toBeNull();
  await attachCheckout(world.worker, head, purchase, {
    session,
    url: 'http://localhost/pay',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  });
  return { session, purchase };
}

const differenceOf = async (world: World, session: string, returned: number) => {
  const paymentIntent = `pi_${session}`;
  const [row] = await readTakeBackDifferences(world.worker, [{ paymentIntent, returned }]);
  return (row?.expected ?? 0n) - (row?.actual ?? 0n);
};

test('whoever reconciles counts a bonus and taxes as whoever takes back', async () => {
  const world = await worlds.newWorld();
  const { session, purchase } = await orderedWithBonus(world);
  await fulfilPurchase(world.worker, { ...factsOf(session), tax: 190 });
  expect(await takeBack(world, purchase, 595)).toBe(credits(10));
  expect(await differenceOf(world, session, 595)).toBe(0n);
  // The rest went back, and nobody has told us yet.
  expect(await differenceOf(world, session, 1190)).toBe(credits(10));
  expect(await takeBack(world, purchase, 1190)).toBe(credits(20));
  expect(await differenceOf(world, session, 1190)).toBe(0n);
});

test('of an order with a bonus, money that goes back after its wallet was closed is noticed', async () => {
  const world = await worlds.newWorld();
  const { session, purchase } = await orderedWithBonus(world);
  await fulfilPurchase(world.worker, factsOf(session));
  expect(await takeBack(world, purchase, 500)).toBe(credits(10));
  await world.charge({ wallet: world.zoe, whole: 10 });
  expect(
    await deleteUser(worlds.database.db, { id: bare(world.zoe), preview: false }),
  ).toMatchObject({
    ok: true,
  });
  const statusOf = async () => {
    const [row] = await world.worker<{ status: string }[]>`
      select status from bursar.purchases where id = ${purchase}::uuid`;
    return row?.status;
  };
  await takeBack(world, purchase, 500);
  expect(await statusOf()).toBe('paid');
  expect(await differenceOf(world, session, 1000)).toBe(credits(10));
  await takeBack(world, purchase, 1000);
  expect(await statusOf()).toBe('needs_review');
  // It is before a person, so no reconciliation repairs it in vain.
  expect(await differenceOf(world, session, 1000)).toBe(0n);
});

test('a code is free again once its order is put before a person', async () => {
  const world = await worlds.newWorld();
  const { session, purchase } = await orderedWithBonus(world);
  await reviewPurchase(world.worker, session, 'Another sum was paid.');
  const statusOf = async () => {
    const [row] = await world.worker<{ status: string }[]>`
      select status from bursar.bonus_redemptions where purchase_id = ${purchase}::uuid`;
    return row?.status;
  };
  expect(await statusOf()).toBe('released');
  await fulfilPurchase(world.worker, factsOf(session));
  expect(await statusOf()).toBe('redeemed');
  expect((await world.balance(world.zoe)).credits).toBe(credits(20));
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attachCheckout,
  awaitPurchaseFunds,
  cancelPurchase,
  closePurchase,
  fulfilPurchase,
  openPurchase,
  refusePurchase,
  reviewPurchase,
  settleFreePurchase,
  databaseClock,
  takeBackPurchase,
} from '../src/operations.ts';
import { codeOf, openWorlds, type World } from './outcome-world.ts';
import { factsOf, orderOf, takeBack } from './purchase-fixtures.ts';
import { credits, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** An order that has somewhere to pay; answers with its session. */
async function ordered(world: World): Promise<string> {
  const [head, session] = [newHead(), randomUUID()];
  const opened = await openPurchase(world.worker, head, orderOf(world.zoe), 12);
  if (opened.verdict !== 'pending') throw new Error(`Not opened: ${codeOf(opened)}`);
  const checkout = {
    session,
    url: 'http://localhost/pay',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  };
  await attachCheckout(world.worker, head, String(opened.result['purchase']), checkout);
  return session;
}

test.each<[string, (w: World) => Promise<string | null | undefined>, string | null]>([
  [
    'opening an order',
    async (w) => codeOf(await openPurchase(w.worker, newHead(), orderOf(w.zoe), 12)),
    'pending',
  ],
  [
    'opening one for a wallet that does not exist',
    async (w) => codeOf(await openPurchase(w.worker, newHead(), orderOf('user:nobody'), 12)),
    'rejected: wallet_not_found',
  ],
  [
    'opening it again before it has somewhere to pay',
    async (w) => {
      const head = newHead();
      await openPurchase(w.worker, head, orderOf(w.zoe), 12);
      return codeOf(await openPurchase(w.worker, head, orderOf(w.zoe), 12));
    },
    'pending',
  ],
  [
    'opening another under its key',
    async (w) => {
      const head = newHead();
      await openPurchase(w.worker, head, orderOf(w.zoe), 12);
      const other = { ...head, hash: randomUUID() };
      return codeOf(await openPurchase(w.worker, other, orderOf(w.zoe, 11), 12));
    },
    'conflict',
  ],
  [
    'refusing it',
    async (w) => {
      const head = newHead();
      const opened = await openPurchase(w.worker, head, orderOf(w.zoe), 12);
      const purchase = 'result' in opened ? String(opened.result?.['purchase']) : '';
      const error = { code: 'purchase_too_small', detail: 'Buy more.' } as const;
      return codeOf(await refusePurchase(w.worker, head, purchase, error));
    },
    'rejected: purchase_too_small',
  ],
  [
    'a payment',
    async (w) => (await fulfilPurchase(w.worker, factsOf(await ordered(w))))?.status,
    'paid',
  ],
  [
    'a payment of an order that is not ours',
    async (w) => (await fulfilPurchase(w.worker, factsOf('cs_unknown'))) && 'known',
    null,
  ],
  [
    'a page that closed',
    async (w) => (await closePurchase(w.worker, await ordered(w), 'expired'))?.status,
    'expired',
  ],
  [
    'a payment after the page had closed',
    async (w) => {
      const session = await ordered(w);
      await closePurchase(w.worker, session, 'expired');
      return (await fulfilPurchase(w.worker, factsOf(session)))?.status;
    },
    'paid',
  ],
  [
    'a page that is said to have closed after the payment',
    async (w) => {
      const session = await ordered(w);
      await fulfilPurchase(w.worker, factsOf(session));
      return (await closePurchase(w.worker, session, 'expired'))?.status;
    },
    'paid',
  ],
  [
    'a payment that does not match',
    async (w) => (await reviewPurchase(w.worker, await ordered(w), 'Too little was paid'))?.status,
    'needs_review',
  ],
])('purchase: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('the last redemption of a code that makes an order free has one winner', async () => {
  const world = await worlds.newWorld();
  const promotion = `promo_${randomUUID()}`;
  const settle = async () => {
    const head = newHead();
    const opened = await openPurchase(world.worker, head, orderOf(world.zoe), 0);
    const purchase = 'result' in opened ? String(opened.result?.['purchase']) : '';
    return codeOf(await settleFreePurchase(world.worker, head, purchase, promotion, 1, false));
  };
  const outcomes = await Promise.all([settle(), settle(), settle()]);
  expect(outcomes.toSorted()).toEqual([
    'applied',
    'rejected: promotion_invalid',
    'rejected: promotion_invalid',
  ]);
  expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(10) });
});

test.each([
  ['nothing was paid', 0, 10, 0n],
  ['it divides', 500, 500, 1_000_000n],
  ['a third is left', 1, 3, 333_333n],
  ['two thirds are left', 2, 3, 666_667n],
  ['exactly half is left', 1, 2_000_000, 1n],
  ['less than half is left', 1, 2_000_001, 0n],
])('the cost of a credit is rounded half up: %s', async (_, cents, whole, cost) => {
  const world = await worlds.newWorld();
  await world.buy(world.zoe, whole, cents);
  const lots = await world.worker`
    select l.unit_cost from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
    where w.owner = ${world.zoe}`;
  expect(lots).toEqual([{ unit_cost: cost }]);
});

test.each([
  ['2026-08-31T10:20:30Z', 6, '2027-02-28T10:20:30.000Z'],
  ['2026-01-31T00:00:00Z', 1, '2026-02-28T00:00:00.000Z'],
  ['2028-02-29T23:59:59Z', 12, '2029-02-28T23:59:59.000Z'],
  ['2026-11-21T05:00:00Z', 12, '2027-11-21T05:00:00.000Z'],
])('credits bought at %s for %i months expire at %s', async (at, months, expiry) => {
  const [row] = await worlds.database.db<{ expiry: Date }[]>`
    select bursar.purchase_expiry(${at}::text::timestamptz, ${months}) as expiry`;
  expect(row?.expiry.toISOString()).toBe(expiry);
});

test.each([
  ['nothing', 0, 0n],
  ['a share, of which the whole part counts', 100, 3_333_333n],
  ['all but a cent', 299, 9_966_666n],
  ['all', 300, 10_000_000n],
  ['more than was paid', 900, 10_000_000n],
])('of 10 credits for 300 cents, %s went back', async (_, refunded, taken) => {
  const world = await worlds.newWorld();
  const purchase = await world.buy(world.zoe, 10, 300);
  expect(await takeBack(world, purchase, refunded)).toBe(taken);
  expect(await takeBack(world, purchase, refunded)).toBe(taken);
  expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(10) - taken, owed: 0n });
});

test('a refund takes the order’s own credits, then others, then leaves debt; restoring undoes it', async () => {
  const world = await worlds.newWorld();
  const { zoe } = world;
  const purchase = await world.buy(zoe, 10, 1000);
  await world.charge({ wallet: zoe, whole: 7 });
  await world.grant(zoe, 4);
  await takeBack(world, purchase, 1000);
  expect(await world.balance(zoe)).toMatchObject({ credits: 0n, owed: credits(3) });
  await takeBack(world, purchase, 500);
  expect(await world.balance(zoe)).toMatchObject({ credits: credits(2), owed: 0n });
  await takeBack(world, purchase, 0);
  expect(await world.balance(zoe)).toMatchObject({ credits: credits(7), owed: 0n });
  const lots = await world.worker`
    select l.kind, l.remaining from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
    where w.owner = ${zoe} order by l.id`;
  expect(lots).toEqual([
    { kind: 'purchased', remaining: credits(3) },
    { kind: 'promotional', remaining: credits(4) },
  ]);
});

test('an older answer of Stripe never undoes what a newer one took back', async () => {
  const world = await worlds.newWorld();
  const purchase = await world.buy(world.zoe, 10, 300);
  const older = await databaseClock(world.worker);
  expect(await takeBack(world, purchase, 300)).toBe(10_000_000n);
  const late = takeBackPurchase(world.worker, purchase, 100, 'refund', 'Refunded', 7, older);
  expect(await late).toBe(10_000_000n);
  expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n, owed: 0n });
});

test('of two workers with one order, the second finds the first one’s decision', async () => {
  const world = await worlds.newWorld();
  const head = newHead();
  const order = { wallet: world.zoe, credits: '10000000', subtotal: 300, currency: 'usd' };
  const opened = await openPurchase(world.worker, head, order, 12);
  const purchase = opened.verdict === 'pending' ? String(opened.result['purchase']) : '';
  const session = `cs_${head.key}`;
  await attachCheckout(world.worker, head, purchase, {
    session,
    url: 'http://localhost/pay',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  });
  const refused = await refusePurchase(world.worker, head, purchase, {
    code: 'promotion_invalid',
    detail: 'used up meanwhile',
  });
  expect(refused).toMatchObject({ verdict: 'replayed', error: null });
  const facts = {
    session,
    paidTotal: 300,
    discount: 0,
    paymentIntent: `pi_${head.key}`,
    promotion: null,
  };
  expect(await fulfilPurchase(world.worker, facts)).toMatchObject({ status: 'paid' });
});

test('a code for a first purchase makes one order free, and no second one', async () => {
  const world = await worlds.newWorld();
  const buyFree = async () => {
    const head = newHead();
    const opened = await openPurchase(world.worker, head, orderOf(world.zoe), 0);
    const purchase = opened.verdict === 'pending' ? String(opened.result['purchase']) : '';
    return codeOf(
      await settleFreePurchase(world.worker, head, purchase, 'promo_first', null, true),
    );
  };
  const outcomes = await Promise.all([buyFree(), buyFree(), buyFree()]);
  expect(outcomes.toSorted()).toEqual([
    'applied',
    'rejected: promotion_invalid',
    'rejected: promotion_invalid',
  ]);
  expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(10) });
});

test('payment case 19: commands with one cart share one order, and one decision', async () => {
  const world = await worlds.newWorld();
  const cart = randomUUID();
  const heads = [newHead(), newHead(), newHead()];
  const opened = await Promise.all(
    heads.map((head) => openPurchase(world.worker, head, orderOf(world.zoe), 12, cart)),
  );
  const purchases = opened.map((one) => (one.verdict === 'pending' ? one.result : {}));
  const [purchase = '', ...others] = new Set(purchases.map((one) => String(one['purchase'])));
  expect(others).toEqual([]);
  expect(purchases.filter((one) => one['own'] === true)).toHaveLength(1);
  const error = { code: 'promotion_invalid', detail: 'Used up.' } as const;
  await refusePurchase(world.worker, heads[1] ?? newHead(), purchase, error);
  for (const head of heads) {
    const again = await openPurchase(world.worker, head, orderOf(world.zoe), 12, cart);
    expect(again).toMatchObject({ verdict: 'replayed', error });
  }
  const next = await openPurchase(world.worker, newHead(), orderOf(world.zoe), 12, cart);
  expect(next).toMatchObject({ verdict: 'pending', result: { own: true } });
});

test('payment case 39: money on its way frees the cart, and closes the order when it fails', async () => {
  const world = await worlds.newWorld();
  const cart = randomUUID();
  const head = newHead();
  const opened = await openPurchase(world.worker, head, orderOf(world.zoe), 12, cart);
  const purchase = opened.verdict === 'pending' ? String(opened.result['purchase']) : '';
  const session = randomUUID();
  await attachCheckout(world.worker, head, purchase, {
    session,
    url: 'http://localhost/pay',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  });
  expect(await awaitPurchaseFunds(world.worker, session)).toMatchObject({
    status: 'awaiting_payment',
    checkout_url: null,
    processing_since: expect.any(String),
  });
  expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n });
  const late = await cancelPurchase(world.worker, newHead(), purchase);
  expect(codeOf(late)).toBe('rejected: purchase_not_open');
  const second = await openPurchase(world.worker, newHead(), orderOf(world.zoe), 12, cart);
  expect(second).toMatchObject({ verdict: 'pending', result: { own: true } });
  expect(await closePurchase(world.worker, session, 'failed')).toMatchObject({ status: 'failed' });
});

test('payment case 37: a share of what was paid with its taxes takes that share of the credits', async () => {
  const world = await worlds.newWorld();
  const session = await ordered(world);
  await fulfilPurchase(world.worker, { ...factsOf(session), tax: 190 });
  const [row] = await world.worker<{ id: string; cost: bigint }[]>`
    select p.id, l.unit_cost as cost from bursar.purchases p join bursar.lots l on l.purchase_id = p.id
    where p.checkout_session = ${session}`;
  expect(row?.cost).toBe(100_000_000n);
  expect(await takeBack(world, row?.id ?? '', 595)).toBe(credits(5));
  expect(await takeBack(world, row?.id ?? '', 1190)).toBe(credits(10));
});

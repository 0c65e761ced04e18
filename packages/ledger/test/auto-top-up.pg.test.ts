import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilBlocked } from '../../../test/harness/held-lock.ts';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import {
  beginTopUp,
  databaseClock,
  forgetPaymentMethod,
  mirrorPaymentMethod,
  pauseAutoTopUp,
  rememberCustomer,
  requestDueTopUps,
  settleTopUp,
  takeBackPurchase,
  type DeclineKind,
  type TopUpAttempt,
} from '../src/operations.ts';
import {
  deleteUser,
  putMember,
  suspendMember,
  readAutoTopUp,
  startAutoTopUp,
  stopAutoTopUp,
} from '../src/reads.ts';
import { bare, grantOf, openWorlds, type World } from './outcome-world.ts';
import { credits, micro } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const PRICE = {
  microPerMajor: credits(100),
  minorPerMajor: 100n,
  currency: 'usd',
  minimum: 500n,
  maximum: 1_000_000n,
  expiryMonths: 12,
};

test('payment case 35: a price in thousandths goes up to what can be charged', async () => {
  const rows = await worlds.database.db`
    select q.credits, q.subtotal from bursar.quote_top_up(
      ${credits(500) + 500_000n}, row(${credits(100)}, 1000, 'kwd', 5000, 10000000, 12)::bursar.credit_price) q`;
  expect(rows).toEqual([{ credits: credits(500) + 500_000n, subtotal: 5_010n }]);
});

let cards = 0;

/** Saves another card for the wallet; answers with its id. */
async function saveCard(world: World, wallet: string, fingerprint?: string): Promise<string> {
  cards += 1;
  const customer = await rememberCustomer(world.worker, wallet, `cus_${wallet}`, null);
  const id = `pm_${cards}_${wallet}`;
  await mirrorPaymentMethod(world.worker, {
    id,
    customer,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2030,
    fingerprint: fingerprint ?? `fp_${cards}_${wallet}`,
  });
  return id;
}

const termsOf = (wallet: string) => ({
  wallet,
  threshold: credits(20),
  amount: credits(1000) as bigint | null,
  target: null as bigint | null,
  monthlyCap: 10_000n,
  currency: 'usd',
  paymentMethod: null,
  actor: wallet,
});

/** `ana` with 50 credits, a card, and an auto top-up of 1,000 below 20. */
async function armed(change: Partial<ReturnType<typeof termsOf>> = {}): Promise<World> {
  const world = await worlds.newWorld();
  await saveCard(world, world.ana);
  expect(await startAutoTopUp(worlds.database.db, { ...termsOf(world.ana), ...change })).toBeNull();
  return world;
}

async function underWay(world: World, wallet = world.ana): Promise<string[]> {
  const rows = await world.worker<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
    where w.owner = ${wallet} and a.settled_at is null`;
  return rows.map((row) => row.id);
}

/** The try that is under way, with its order. */
async function begun(world: World): Promise<TopUpAttempt> {
  const [id] = await underWay(world);
  if (id === undefined) throw new Error('Nothing is under way.');
  const attempt = await beginTopUp(world.worker, id, PRICE);
  if (attempt === null) throw new Error('The try is gone.');
  return attempt;
}

const paying = (world: World, { id, subtotal }: TopUpAttempt) =>
  settleTopUp(world.worker, id, {
    status: 'succeeded',
    paymentIntent: `pi_${id}`,
    paid: subtotal ?? 0,
  });

const declining = (world: World, id: string, kind: DeclineKind = 'soft') =>
  settleTopUp(world.worker, id, {
    status: 'declined',
    paymentIntent: `pi_${id}`,
    kind,
    code: 'insufficient_funds',
    checkoutUrl: 'https://pay.example',
  });

const stateOf = async (world: World) => {
  const view = await readAutoTopUp(worlds.database.db, world.ana);
  if (view === null) throw new Error('There is no auto top-up.');
  return view;
};

/** What the wallet's owner would be told about top-ups, in order. */
async function told(world: World): Promise<string[]> {
  const rows = await world.worker<{ kind: string }[]>`
    select o.kind from bursar.outbox o join bursar.wallets w on w.id = o.subject_wallet
    where w.owner = ${world.ana} and o.kind like 'topup-%' and o.kind <> 'topup-requested' order by o.id`;
  return rows.map((row) => row.kind);
}

/** Lets the waiting time pass. */
const waitOut = (world: World) =>
  worlds.database.db`
    update bursar.auto_top_ups set resume_at = now() - interval '1 second'
    where wallet_id = (select id from bursar.wallets where owner = ${world.ana}) and resume_at is not null`;

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

test('payment case 58: three soft declines pause, each after a longer wait; another card resumes', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const waits: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const attempt = await begun(world);
    await declining(world, attempt.id);
    await declining(world, attempt.id);
    const { resumeAt } = await stateOf(world);
    if (resumeAt !== null) waits.push(Math.round((resumeAt.getTime() - Date.now()) / 3_600_000));
    expect(await requestDueTopUps(world.worker, 100)).toBe(0);
    await waitOut(world);
    await requestDueTopUps(world.worker, 100);
  }
  expect(waits).toEqual([1, 2]);
  expect(await stateOf(world)).toMatchObject({ pausedReason: 'declined_repeatedly', declines: 3 });
  expect(await underWay(world)).toHaveLength(0);
  expect(await told(world)).toEqual(['topup-declined', 'topup-declined', 'topup-paused']);
  await saveCard(world, world.ana);
  expect(await stateOf(world)).toMatchObject({ pausedReason: null, declines: 0 });
  expect(await paying(world, await begun(world))).toBe('succeeded');
});

test.each<[DeclineKind, string]>([
  ['hard', 'card_declined'],
  ['authentication', 'authentication_required'],
  ['refused', 'refused'],
])('a decline of the kind %s pauses at once, and is told once', async (kind, reason) => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const attempt = await begun(world);
  await Promise.all([declining(world, attempt.id, kind), declining(world, attempt.id, kind)]);
  expect(await stateOf(world)).toMatchObject({ pausedReason: reason, declines: 1 });
  expect(await told(world)).toEqual(['topup-paused']);
  await world.charge({ wallet: world.ana, whole: 5 });
  expect(await requestDueTopUps(world.worker, 100)).toBe(0);
  await startAutoTopUp(worlds.database.db, termsOf(world.ana));
  expect(await begun(world)).toMatchObject({ status: 'charging' });
});

test('outages never count', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const attempt = await begun(world);
  for (let turn = 0; turn < 5; turn += 1) {
    expect(await settleTopUp(world.worker, attempt.id, { status: 'unknown' })).toBe('unknown');
  }
  expect(await stateOf(world)).toMatchObject({ pausedReason: null, declines: 0 });
  expect(await paying(world, attempt)).toBe('succeeded');
});

test('payment case 60: the card that would be charged is removed, so top-ups are off and say so', async () => {
  const world = await armed();
  const other = await saveCard(world, world.ana);
  const { card } = await stateOf(world);
  await forgetPaymentMethod(world.worker, other);
  expect(await stateOf(world)).toMatchObject({ enabled: true });
  await forgetPaymentMethod(world.worker, card ?? '');
  expect(await stateOf(world)).toMatchObject({
    enabled: false,
    offReason: 'card_removed',
    card: null,
  });
  expect(await told(world)).toEqual(['topup-switched-off']);
  await world.charge({ wallet: world.ana, whole: 49 });
  expect(await underWay(world)).toHaveLength(0);
});

test('payment case 61: the monthly cap stops before the charge, with one notice', async () => {
  const world = await armed({ amount: credits(600), monthlyCap: 1_000n });
  await world.charge({ wallet: world.ana, whole: 40 });
  await paying(world, await begun(world));
  await world.charge({ wallet: world.ana, whole: 600 });
  expect(await begun(world)).toMatchObject({ status: 'skipped' });
  await waitOut(world);
  await requestDueTopUps(world.worker, 100);
  expect(await begun(world)).toMatchObject({ status: 'skipped' });
  expect(await told(world)).toEqual(['topup-cap-reached']);
  expect(await stateOf(world)).toMatchObject({ charged: 600n, capReached: true });
});

test('money that came in after all is granted, whatever was believed', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const attempt = await begun(world);
  await settleTopUp(world.worker, attempt.id, {
    status: 'failed',
    paymentIntent: null,
    reason: 'Stripe does not know it',
  });
  expect(await paying(world, attempt)).toBe('succeeded');
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(1010) });
});

test('a card that was declined fifteen times in a month is left alone', async () => {
  const world = await armed();
  const [row] = await world.worker<{ fingerprint: string; wallet_id: bigint }[]>`
    select m.fingerprint, m.wallet_id from bursar.payment_methods m
    join bursar.wallets w on w.id = m.wallet_id where w.owner = ${world.ana}`;
  if (row === undefined) throw new Error('No card.');
  await world.charge({ wallet: world.ana, whole: 40 });
  for (let turn = 0; turn < 15; turn += 1) {
    await declining(world, (await begun(world)).id);
    await startAutoTopUp(worlds.database.db, termsOf(world.ana));
  }
  expect(await begun(world)).toMatchObject({ status: 'skipped' });
  expect(await stateOf(world)).toMatchObject({ pausedReason: 'card_exhausted' });
});

test('money for a wallet that was closed since is put before a person', async () => {
  const world = await worlds.newWorld();
  await saveCard(world, world.zoe);
  await startAutoTopUp(worlds.database.db, termsOf(world.zoe));
  const [row] = await world.worker<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
    where w.owner = ${world.zoe}`;
  const attempt = await beginTopUp(world.worker, row?.id ?? '', PRICE);
  if (attempt === null) throw new Error('The try is gone.');
  const lost = { status: 'failed', paymentIntent: null, reason: 'lost' } as const;
  await settleTopUp(world.worker, attempt.id, lost);
  await deleteUser(worlds.database.db, { id: bare(world.zoe), preview: false });
  expect(await paying(world, attempt)).toBe('review');
  expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n });
});

test('a top-up that is dismissed while its payment is being settled brings nothing', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const attempt = await begun(world);
  const doubted = { status: 'review', paymentIntent: null, reason: 'Nobody knows' } as const;
  await settleTopUp(world.worker, attempt.id, doubted);
  let late: Promise<unknown> = Promise.resolve();
  await worlds.database.db.begin(async (tx) => {
    await tx`select bursar.dismiss_purchase(${attempt.id}::uuid, 'key_operator', 'Its money went back.')`;
    late = paying(world, attempt);
    await untilBlocked(worlds.database.db, 'bursar-test', 'settle_top_up');
  });
  expect(await late).toBe('review');
  expect(await world.balance(world.ana)).toMatchObject({ credits: credits(10) });
});

test('money of a top-up that goes back after its wallet was closed is put before a person', async () => {
  const world = await armed();
  await world.charge({ wallet: world.ana, whole: 40 });
  const attempt = await begun(world);
  await paying(world, attempt);
  await world.charge({ wallet: world.ana, whole: 1010 });
  await putMember(worlds.database.db, {
    organization: bare(world.acme),
    user: bare(world.ben),
    role: 'owner',
  });
  await putMember(worlds.database.db, {
    organization: bare(world.bolt),
    user: bare(world.ben),
    role: 'owner',
  });
  for (const organization of [world.acme, world.bolt]) {
    await world.apply({ type: 'member_removal', organization, member: world.ana });
  }
  await stopAutoTopUp(worlds.database.db, world.ana, world.ana);
  for (const id of await underWay(world)) await beginTopUp(world.worker, id, PRICE);
  expect(
    await deleteUser(worlds.database.db, { id: bare(world.ana), preview: false }),
  ).toMatchObject({
    ok: true,
  });
  const readAt = await databaseClock(world.worker);
  await takeBackPurchase(world.worker, attempt.id, 500, 'refund', 'Refunded', 7, readAt);
  const [order] = await world.worker<{ status: string }[]>`
    select status from bursar.purchases where id = ${attempt.id}::uuid`;
  expect(order?.status).toBe('needs_review');
  await expectSoundLedger(worlds.database);
});

test('a dispute pauses until a person switches it on again; a new card does not', async () => {
  const world = await armed();
  await pauseAutoTopUp(world.worker, world.ana, 'disputed');
  await saveCard(world, world.ana);
  await world.charge({ wallet: world.ana, whole: 40 });
  expect(await underWay(world)).toHaveLength(0);
  expect(await stateOf(world)).toMatchObject({ pausedReason: 'disputed' });
});

test.each<[string, (w: World) => Promise<string | null>, string | null]>([
  ['a wallet without a card', (w) => startAutoTopUp(worlds.database.db, termsOf(w.zoe)), 'no_card'],
  [
    'a card of somebody else',
    async (w) => {
      const paymentMethod = await saveCard(w, w.ana);
      return startAutoTopUp(worlds.database.db, { ...termsOf(w.zoe), paymentMethod });
    },
    'unknown_card',
  ],
  [
    'a wallet that does not exist',
    () => startAutoTopUp(worlds.database.db, termsOf('user:nobody')),
    'wallet_not_found',
  ],
  [
    'switching off what never was',
    (w) => stopAutoTopUp(worlds.database.db, w.zoe, w.zoe),
    'nothing_saved',
  ],
  [
    'switching off while one is under way, which ends it',
    async (w) => {
      await saveCard(w, w.ana);
      await startAutoTopUp(worlds.database.db, termsOf(w.ana));
      await w.charge({ wallet: w.ana, whole: 49 });
      await stopAutoTopUp(worlds.database.db, w.ana, w.ana);
      return (await begun(w)).status;
    },
    'skipped',
  ],
])('auto top-up of %s', async (_, act, refusal) => {
  expect(await act(await worlds.newWorld())).toBe(refusal);
});

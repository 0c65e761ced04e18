import { expect, test } from 'vitest';
import { untilBlocked } from '../../../test/harness/held-lock.ts';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import {
  beginTopUp,
  databaseClock,
  forgetPaymentMethod,
  pauseAutoTopUp,
  requestDueTopUps,
  settleTopUp,
  takeBackPurchase,
  type DeclineKind,
} from '../src/operations.ts';
import { deleteUser, putMember, startAutoTopUp, stopAutoTopUp } from '../src/reads.ts';
import { bare, type World } from './outcome-world.ts';
import { credits } from './reads-fixtures.ts';
import {
  armed,
  begun,
  declining,
  paying,
  PRICE,
  saveCard,
  stateOf,
  termsOf,
  told,
  underWay,
  waitOut,
  worlds,
} from './top-up-world.ts';

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

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultKind } from '../harness/emulator-control.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const INTENTS = 'POST /v1/payment_intents';
/** One more than the SDK tries by itself, so that the job fails, too. */
const ATTEMPTS = 4;
const SAVES_THEN_DECLINES = '4000000000000341';
const WANTS_ITS_OWNER = '4000002760003184';
/** The worker waits twenty seconds for an answer of Stripe. */
const LONGER_THAN_WE_WAIT_MS = 21_000;
const TIME_LIMIT_MS = 300_000;

describe('auto top-up', { timeout: TIME_LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterEach(async () => {
    await system.emulator.clearFaults();
    await system.emulator.deliveries('normal', { flush: true });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const mailsTo = async (address: string) =>
    (await system.mail.to(address)).map(({ subject }) => subject);
  const again = (attempt: string) => system.queues.enqueue('top-up', { attempt });
  const attemptsOf = async (wallet: string) =>
    (
      await system.database.db<{ id: string }[]>`
        select a.id from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
        where w.owner = ${wallet} order by a.id desc`
    ).map(({ id }) => id);

  it('payment case 54: fifty charges around the threshold start one top-up', async () => {
    const ana = await newToppedUpWallet(system);
    await ana.spend('29');
    await Promise.all(Array.from({ length: 50 }, () => ana.spend('1')));
    await until('it is bought', async () => (await ana.balance()) === '971');
    await untilQuiet(system);
    expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
    expect(await ana.state()).toMatchObject({
      state: 'watching',
      attempts: [{ status: 'succeeded' }],
      month: { charged: { amount: 1000 } },
    });
    expect(await mailsTo(ana.email)).toContain('Receipt: 1,000 credits');
  });

  it.each<FaultKind>(['500-after-commit', 'reset-after-commit', 'reset-before', '500-before'])(
    'payment case 55: Stripe breaks off (%s) again and again, and is charged once',
    async (kind) => {
      const ana = await newToppedUpWallet(system);
      for (let nth = 1; nth <= ATTEMPTS; nth += 1) await system.emulator.fault(INTENTS, kind, nth);
      await ana.spend('40');
      await until('it is bought', async () => (await ana.balance()) === '1010', 60_000);
      await untilQuiet(system);
      expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
      expect(await ana.state()).toMatchObject({ declines: 0, paused: null });
    },
  );

  it('payment case 55: Stripe answers after we have given up waiting, and is charged once', async () => {
    const ana = await newToppedUpWallet(system);
    const faults = await fetch(`${system.emulator.url}/_emu/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ match: INTENTS, kind: 'slow', delay_ms: LONGER_THAN_WE_WAIT_MS }),
    });
    expect(faults.status).toBe(200);
    await ana.spend('40');
    await until('it is bought', async () => (await ana.balance()) === '1010', 120_000);
    await untilQuiet(system);
    expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
    expect(await ana.state()).toMatchObject({ declines: 0, paused: null });
  });

  it('payment case 56: a try that is repeated replays its decline; the next one is another payment', async () => {
    const ana = await newToppedUpWallet(system, SAVES_THEN_DECLINES);
    await ana.spend('40');
    expect(await ana.becomes('waiting')).toMatchObject({
      declines: 1,
      attempts: [{ status: 'declined', decline: { kind: 'soft', code: 'generic_decline' } }],
    });
    const [first = ''] = await attemptsOf(ana.wallet);
    await again(first);
    await untilQuiet(system);
    expect(await ana.payments()).toHaveLength(1);
    expect(await ana.state()).toMatchObject({ declines: 1 });
    await ana.waitOut();
    await until('it was tried again', async () => (await ana.state()).declines === 2, 60_000);
    const payments = await ana.payments();
    expect(new Set(payments.map(({ id }) => id)).size).toBe(2);
  });

  it('payment case 57: a bank that wants the owner pauses at once, with a page to pay on', async () => {
    const ana = await newToppedUpWallet(system, WANTS_ITS_OWNER);
    await ana.spend('40');
    expect(await ana.becomes('paused')).toMatchObject({
      paused: { reason: 'authentication_required' },
      attempts: [{ status: 'declined', decline: { kind: 'authentication' } }],
    });
    const mail = await until('she is told', async () =>
      (await system.mail.to(ana.email)).find(({ subject }) => subject === 'Auto top-up is paused'),
    );
    await ana.spend('5');
    await untilQuiet(system);
    expect(await ana.payments()).toHaveLength(1);
    const session = /cs_\w+/.exec(mail.text)?.[0] ?? '';
    await system.emulator.pay(session, { card: '5555555555554444' });
    await until('she has paid', async () => (await ana.balance()) === '1005');
    // The card she paid with was saved, which closes the breaker, and buys nothing beside what she bought.
    await until('it is not paused', async () => (await ana.state()).paused === null);
    // It waits only if the card was known before the payment.
    await ana.waitOut();
    await until(
      'it is watched again',
      async () => (await ana.state()).state === 'watching',
      60_000,
    );
    await untilQuiet(system);
    expect(await ana.payments()).toHaveLength(1);
  });

  it('payment case 58: three soft declines pause; only another card resumes, not the same one again', async () => {
    const ana = await newToppedUpWallet(system, SAVES_THEN_DECLINES);
    await ana.spend('40');
    for (const declines of [1, 2]) {
      await until('it waits', async () => (await ana.state()).declines === declines, 60_000);
      await ana.waitOut();
    }
    const paused = await until(
      'it is paused',
      async () => {
        const now = await ana.state();
        return now.state === 'paused' && now;
      },
      60_000,
    );
    expect(paused).toMatchObject({ paused: { reason: 'declined_repeatedly' }, declines: 3 });
    await ana.saveCard(SAVES_THEN_DECLINES);
    await untilQuiet(system);
    expect(await ana.state()).toMatchObject({ state: 'paused' });
    await ana.saveCard('4242424242424242');
    await ana.waitOut();
    await until('it is bought', async () => (await ana.balance()) === '1010', 60_000);
    expect(await ana.state()).toMatchObject({ declines: 0, paused: null });
    expect(await ana.payments()).toHaveLength(4);
  });

  it('payment case 59: nobody hears of the success but the webhook, which grants once', async () => {
    const ana = await newToppedUpWallet(system);
    for (let nth = 1; nth <= 40; nth += 1) {
      await system.emulator.fault(INTENTS, 'reset-after-commit', nth);
    }
    await ana.spend('40');
    await until('it is bought', async () => (await ana.balance()) === '1010', 60_000);
    await system.emulator.clearFaults();
    await untilQuiet(system);
    expect(await ana.balance()).toBe('1010');
    expect(await ana.payments()).toHaveLength(1);
  });

  it('payment case 60: the card is removed at Stripe, so top-ups are off and say so', async () => {
    const ana = await newToppedUpWallet(system);
    const { payment_method: card } = await ana.state();
    await fetch(`${system.emulator.url}/v1/payment_methods/${card.id}/detach`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_tests' },
    });
    expect(await ana.becomes('off')).toMatchObject({
      enabled: false,
      off_reason: 'card_removed',
      payment_method: null,
    });
    await ana.spend('49');
    await untilQuiet(system);
    expect(await ana.payments()).toHaveLength(0);
    expect(await mailsTo(ana.email)).toContain('Auto top-up is off: its card was removed');
  });

  it('payment case 61: the monthly cap is reached: no charge, and one notice', async () => {
    const ana = await newToppedUpWallet(system, undefined, {
      monthly_cap: { amount: 1500, currency: 'usd' },
    });
    await ana.spend('40');
    await until('it is bought', async () => (await ana.balance()) === '1010');
    await ana.spend('1000');
    await ana.becomes('cap_reached');
    await ana.waitOut();
    await until(
      'it was looked at again',
      async () => (await attemptsOf(ana.wallet)).length === 3,
      60_000,
    );
    await ana.becomes('cap_reached');
    await untilQuiet(system);
    expect(await ana.payments()).toHaveLength(1);
    const capped = (await mailsTo(ana.email)).filter((subject) => subject.includes('monthly cap'));
    expect(capped).toEqual(['Auto top-up has reached its monthly cap of $15.00']);
  });

  it('payment case 62: a day later the key is forgotten, and the payment is found, not repeated', async () => {
    const ana = await newToppedUpWallet(system);
    await system.emulator.deliveries('drop');
    for (let nth = 1; nth <= 40; nth += 1) {
      await system.emulator.fault(INTENTS, 'reset-after-commit', nth);
    }
    await ana.spend('40');
    await until(
      'the outcome is unknown',
      async () => (await ana.state()).attempts[0]?.status === 'unknown',
    );
    // A day passes for both at once, so nobody may ask Stripe in between.
    await system.queues.pause('payments');
    await until(
      'nobody asks',
      async () => (await system.queues.counts())['payments']?.active === 0,
    );
    await system.emulator.advance(25 * 3_600);
    await system.database.db`
      update bursar.top_up_attempts set started_at = started_at - interval '25 hours'
      where id = ${(await attemptsOf(ana.wallet))[0] ?? ''}::uuid`;
    await system.emulator.clearFaults();
    await system.queues.resume('payments');
    await until('it is bought', async () => (await ana.balance()) === '1010', 60_000);
    expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('gives its credits back with its money, and pauses when somebody disputes it', async () => {
    const ana = await newToppedUpWallet(system);
    await ana.spend('40');
    await until('it is bought', async () => (await ana.balance()) === '1010');
    await untilQuiet(system);
    const [payment] = await ana.payments();
    await system.emulator.refund(payment?.latest_charge ?? '', 500);
    await until('half went back', async () => (await ana.balance()) === '510');
    await system.emulator.dispute(payment?.latest_charge ?? '');
    await ana.becomes('paused');
    expect(await ana.state()).toMatchObject({ paused: { reason: 'disputed' } });
    await until('the rest went back', async () => (await ana.balance()) === '10');
  });

  it('keeps the cards of a wallet: the default is charged, and a removed one is forgotten', async () => {
    const ana = await newToppedUpWallet(system);
    const { payment_method: first } = await ana.state();
    const second = await ana.saveCard('5555555555554444');
    const path = `/v1/wallets/${ana.wallet}/payment-methods`;
    await system.api.run(`${path}/${second}/default`, {}, { actAs: ana.wallet });
    const listed = await system.api.get(path, { actAs: ana.wallet });
    expect(listed.body.data).toMatchObject([
      { id: second, brand: 'mastercard', last4: '4444', default: true },
      { id: first.id, brand: 'visa', last4: '4242', default: false },
    ]);
    await ana.spend('40');
    await until('it is bought', async () => (await ana.balance()) === '1010');
    const removed = await system.api.delete(`${path}/${first.id}`, undefined, {
      actAs: ana.wallet,
    });
    expect(removed.status).toBe(200);
    const left = await system.api.get(path, { actAs: ana.wallet });
    expect(left.body.data).toMatchObject([{ id: second }]);
    expect(await ana.state()).toMatchObject({ enabled: true, payment_method: { id: second } });
  });
});

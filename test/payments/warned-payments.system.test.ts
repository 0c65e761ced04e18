import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { Answered } from '../harness/system-api.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { eventsAbout, fateOf } from './paid-session.ts';

const LIMIT_MS = 300_000;
const WARNED_OF_AT_ONCE = '4000000000005423';
const REVIEWED = '4000000000009235';
const CODE = 'WELCOME10';

describe('payments that are warned of', { timeout: LIMIT_MS }, () => {
  let freezing: WholeSystem;
  let refunding: WholeSystem;
  beforeAll(async () => {
    freezing = await startWholeSystem({ backend: 'postgres' });
    refunding = await startWholeSystem({
      backend: 'postgres',
      settings: { FRAUD_WARNINGS: 'refund' },
    });
  }, LIMIT_MS);
  afterAll(async () => {
    for (const system of [freezing, refunding]) {
      await expectSoundLedger(system.database);
      await system.stop();
    }
  });

  const quiet = (system: WholeSystem) => untilQuiet(system, 60_000);
  const post = async (system: WholeSystem, path: string, body = {}): Promise<Answered['body']> => {
    const isControl = path.startsWith('/_emu');
    const response = await fetch(system.emulator.url + path, {
      method: 'POST',
      headers: isControl
        ? { 'Content-Type': 'application/json' }
        : { Authorization: 'Bearer sk_test_tests' },
      body: isControl ? JSON.stringify(body) : new URLSearchParams(body),
    });
    expect(response.status).toBe(200);
    return response.json();
  };
  /** An order of 500 credits for 5.00 usd that was paid, and its charge. */
  const bought = async (
    system: WholeSystem,
    card?: string,
  ): Promise<Order & { charge: string }> => {
    const wallet = await newUser(system.api);
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    await system.emulator.pay(order.session, card === undefined ? {} : { card });
    await quiet(system);
    const path = `/v1/checkout/sessions/${order.session}?expand[]=payment_intent`;
    const { payment_intent: intent } = await system.emulator.stripe(path);
    return { ...order, charge: intent.latest_charge };
  };
  const warningsOf = async (system: WholeSystem, wallet: string) =>
    (await system.api.get(`/v1/wallets/${wallet}/payment-warnings`)).body.data;
  const attention = async (system: WholeSystem, order: Order) =>
    (await system.api.get('/v1/attention')).body.data.filter(
      (one: { subject: string }) => one.subject === order.id,
    );
  const withCode = (system: WholeSystem, wallet: string) =>
    system.api.post('/v1/purchases', { wallet, pack: 'standard', promotion_code: CODE });
  const stateOf = async (system: WholeSystem, { id, wallet }: Order) => {
    const { balance, owed } = await system.api.wallet(wallet);
    const { body } = await system.api.get(`/v1/purchases/${id}`);
    return { balance, owed, status: body.status };
  };

  it('an early fraud warning freezes codes until an operator, who sees it, trusts the wallet again', async () => {
    const order = await bought(freezing);
    await post(freezing, `/_emu/charges/${order.charge}/efw`);
    await quiet(freezing);
    expect(await warningsOf(freezing, order.wallet)).toMatchObject([
      { kind: 'fraud_warning', purchase: order.id },
    ]);
    expect(await attention(freezing, order)).toMatchObject([
      { kind: 'payment_warning', detail: expect.stringContaining('a bank calls the payment') },
    ]);
    const refused = await withCode(freezing, order.wallet);
    expect(refused).toMatchObject({ status: 422, body: { code: 'promotion_invalid' } });
    // No money went back, so no credits do.
    expect(await stateOf(freezing, order)).toEqual({ balance: '500', owed: '0', status: 'paid' });
    const path = `/v1/wallets/${order.wallet}/payment-warnings`;
    const mine = await freezing.api.delete(path, undefined, { actAs: order.wallet });
    expect(mine.status).toBe(403);
    expect((await freezing.api.delete(path)).status).toBe(204);
    expect(await attention(freezing, order)).toEqual([]);
    expect((await withCode(freezing, order.wallet)).status).toBe(200);
  });

  it('an early fraud warning of a top-up pauses the next ones', async () => {
    const ana = await newToppedUpWallet(freezing);
    await ana.spend('40');
    await quiet(freezing);
    const [payment] = await ana.payments();
    await post(freezing, `/_emu/charges/${payment?.latest_charge}/efw`);
    expect(await ana.becomes('paused')).toMatchObject({ paused: { reason: 'fraud_warning' } });
  });

  it.each(['normal', 'reverse'] as const)(
    'a warning that is as early as the payment is not lost, events coming %s',
    async (mode) => {
      for (const [system, balance] of [
        [freezing, '500'],
        [refunding, '0'],
      ] as const) {
        await system.emulator.deliveries('pause');
        const wallet = await newUser(system.api);
        const order = await placeOrder(system.api, { wallet, pack: 'starter' });
        await system.emulator.pay(order.session, { card: WARNED_OF_AT_ONCE });
        await system.emulator.deliveries(mode, { flush: true });
        await system.emulator.deliveries('normal');
        await quiet(system);
        expect(await warningsOf(system, wallet)).toMatchObject([{ kind: 'fraud_warning' }]);
        expect(await system.api.wallet(wallet)).toMatchObject({ balance });
      }
    },
  );

  it('where the policy is to refund, the money and its credits go back once', async () => {
    const order = await bought(refunding);
    const spent = { wallet: order.wallet, amount: '120', product: 'render' };
    await refunding.api.run('/v1/charges', spent);
    await post(refunding, `/_emu/charges/${order.charge}/efw`);
    await quiet(refunding);
    const after = { balance: '0', owed: '120', status: 'refunded' };
    expect(await stateOf(refunding, order)).toEqual(after);
    const { db } = refunding.database;
    const [warning] = await warningsOf(refunding, order.wallet);
    const events = await eventsAbout(refunding, [warning.id]);
    expect(events.map(({ type }) => type)).toContain('radar.early_fraud_warning.created');
    for (const { id } of events) {
      // As if nobody had ever heard of it; its job is known to have run, so the sweeper finds it.
      await db`delete from bursar.stripe_events where id = ${id}`;
      await refunding.emulator.resend(id);
      await until('it was told again', async () => {
        const { count } = await db`
          update bursar.stripe_events set received_at = now() - interval '2 minutes' where id = ${id}`;
        return count === 1;
      });
      await refunding.queues.enqueue('tick', { schedule: 'recover-stripe-events' });
      expect(await fateOf(refunding, id)).not.toBe('received');
    }
    await quiet(refunding);
    const refunds = await refunding.emulator.stripe(`/v1/refunds?charge=${order.charge}`);
    expect(refunds.data).toMatchObject([{ amount: 500, status: 'succeeded' }]);
    expect(await stateOf(refunding, order)).toEqual(after);
    expect(await warningsOf(refunding, order.wallet)).toHaveLength(1);
  });

  it('what is disputed already is left to the bank, whatever the policy', async () => {
    const order = await bought(refunding);
    await refunding.emulator.dispute(order.charge);
    await quiet(refunding);
    await post(refunding, `/_emu/charges/${order.charge}/efw`);
    await quiet(refunding);
    const { data } = await refunding.emulator.stripe(`/v1/refunds?charge=${order.charge}`);
    expect(data).toEqual([]);
    expect(await stateOf(refunding, order)).toMatchObject({ balance: '0', status: 'disputed' });
    const kinds = (await warningsOf(refunding, order.wallet)).map(
      ({ kind }: { kind: string }) => kind,
    );
    expect(kinds.toSorted()).toEqual(['dispute', 'fraud_warning']);
  });

  describe('a review', () => {
    const reviewOf = async ({ charge }: { charge: string }): Promise<string> =>
      (await freezing.emulator.stripe(`/v1/charges/${charge}`)).review;

    it('that is opened freezes codes, and approved it frees them', async () => {
      const order = await bought(freezing, REVIEWED);
      const review = await reviewOf(order);
      expect(await stateOf(freezing, order)).toMatchObject({ balance: '500', status: 'paid' });
      expect(await warningsOf(freezing, order.wallet)).toMatchObject([
        { id: review, kind: 'review', purchase: order.id },
      ]);
      expect(await attention(freezing, order)).toMatchObject([{ kind: 'payment_warning' }]);
      expect((await withCode(freezing, order.wallet)).status).toBe(422);
      await post(freezing, `/v1/reviews/${review}/approve`);
      await quiet(freezing);
      expect(await warningsOf(freezing, order.wallet)).toEqual([]);
      // Its opening is told once more, and late.
      for (const { id } of await eventsAbout(freezing, [review])) {
        await freezing.emulator.resend(id);
      }
      await quiet(freezing);
      expect(await attention(freezing, order)).toEqual([]);
      expect((await withCode(freezing, order.wallet)).status).toBe(200);
    });

    it('that is closed by a refund frees them; by a dispute it does not', async () => {
      const refunded = await bought(freezing, REVIEWED);
      await freezing.emulator.refund(refunded.charge);
      const disputed = await bought(freezing, REVIEWED);
      const review = await reviewOf(disputed);
      await freezing.emulator.dispute(disputed.charge);
      await quiet(freezing);
      expect(await warningsOf(freezing, refunded.wallet)).toEqual([]);
      expect(await warningsOf(freezing, disputed.wallet)).toContainEqual(
        expect.objectContaining({ id: review, kind: 'review' }),
      );
    });
  });
});

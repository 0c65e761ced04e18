import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, visit, type Order } from '../harness/checkout-visitor.ts';
import type { DeliveryMode } from '../harness/emulator-control.ts';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const HOUR = 3_600;

describeOnBackends('Stripe’s webhooks', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  });
  afterEach(async () => {
    await system.emulator.deliveries('normal', { flush: true });
    await system.emulator.clearFaults();
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const order = async (): Promise<Order> => {
    const id = await newUser(system.api, `${Date.now()}.${Math.random()}@example.com`);
    return placeOrder(system.api, { wallet: id, pack: 'starter' });
  };
  const balance = async ({ wallet }: Order) => (await system.api.wallet(wallet)).balance;
  const paid = (one: Order) =>
    until('the order is paid', async () => (await balance(one)) === '500');
  const expectOneGrant = async (one: Order) => {
    await untilQuiet(system);
    expect(await system.api.wallet(one.wallet)).toMatchObject({ balance: '500', version: 1 });
    const mine = await system.api.get('/v1/notifications', { actAs: one.wallet });
    expect(mine.body.data).toMatchObject([{ kind: 'purchase-paid' }]);
    expect(mine.body.data).toHaveLength(1);
  };

  it.each<DeliveryMode>(['normal', 'duplicate', 'reverse'])(
    'delivered in mode %s lead to one grant',
    async (mode) => {
      await system.emulator.deliveries(mode);
      const one = await order();
      await system.emulator.pay(one.session);
      await paid(one);
      await expectOneGrant(one);
    },
  );

  it('sent twenty times over, and raced by the return page, lead to one grant', async () => {
    await system.emulator.deliveries('pause');
    const one = await order();
    await system.emulator.pay(one.session);
    const held = (await system.emulator.delivered()).filter(({ state }) => state === 'held');
    const back = `${system.url}/checkout/return?session_id=${one.session}`;
    await Promise.all([
      ...Array.from({ length: 20 }, () =>
        held.map(({ event }) => system.emulator.resend(event)),
      ).flat(),
      ...Array.from({ length: 5 }, () => visit(back)),
    ]);
    await paid(one);
    await expectOneGrant(one);
  });

  it('lost: the return page asks Stripe itself', async () => {
    await system.emulator.deliveries('drop');
    const one = await order();
    const done = await submitCheckout(one.checkout_url);
    expect((await visit(done.location ?? '')).text).toContain('500 credits were added');
    await expectOneGrant(one);
  });

  it('lost, and the customer never came back: the schedule settles the order', async () => {
    await system.emulator.deliveries('drop');
    const [settled, expired] = [await order(), await order()];
    await system.emulator.pay(settled.session);
    await system.emulator.expire(expired.session);
    await age(system, [settled, expired]);
    await system.queues.enqueue('tick', { schedule: 'settle-open-orders' });
    await paid(settled);
    await expectOneGrant(settled);
    const { body } = await system.api.get(`/v1/wallets/${expired.wallet}/purchases`);
    expect(body.data).toMatchObject([{ status: 'expired' }]);
  });

  it('stored, but their jobs were lost: the schedule handles them', async () => {
    const one = await order();
    await system.emulator.deliveries('drop');
    await system.emulator.pay(one.session);
    const [event] = (await system.emulator.delivered()).filter(
      ({ event_type: type }) => type === 'checkout.session.completed',
    );
    await system.database.db`
      insert into bursar.stripe_events (id, type, object_id, livemode, received_at)
      values (${event?.event ?? ''}, 'checkout.session.completed', ${one.session}, false,
        now() - interval '1 hour')`;
    await system.queues.enqueue('tick', { schedule: 'recover-stripe-events' });
    await paid(one);
    await expectOneGrant(one);
  });

  it('arrive while Stripe’s API fails: it is asked again until it answers', async () => {
    const one = await order();
    for (let nth = 1; nth <= 5; nth += 1) {
      const kind = nth % 2 === 0 ? '500-before' : 'reset-before';
      await system.emulator.fault('GET /v1/checkout/sessions/{id}', kind, nth);
    }
    await system.emulator.pay(one.session);
    await paid(one);
    await expectOneGrant(one);
  });

  describe('that are not Stripe’s', () => {
    const stored = async () => {
      const [row] = await system.database.db<{ count: bigint }[]>`
        select count(*) from bursar.stripe_events`;
      return row?.count;
    };
    const payload = (change: object = {}) =>
      JSON.stringify({
        id: `evt_${Math.random().toString(36).slice(2)}`,
        object: 'event',
        type: 'checkout.session.completed',
        livemode: false,
        created: 1,
        data: { object: { id: 'cs_test_forged', object: 'checkout.session' } },
        ...change,
      });
    const sign = (body: string, secret: string, at = Math.floor(Date.now() / 1_000)) =>
      `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
    const deliver = (body: string, signature: string) =>
      fetch(`${system.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature },
        body,
      });

    it.each<[string, (body: string, secret: string) => [string, string]]>([
      ['a wrong secret', (body) => [body, sign(body, 'whsec_wrong')]],
      ['no signature', (body) => [body, '']],
      ['another body', (body, secret) => [`${body} `, sign(body, secret)]],
      ['an old time', (body, secret) => [body, sign(body, secret, 1_600_000_000)]],
    ])('are refused for %s, and nothing is stored', async (_name, forge) => {
      const before = await stored();
      const [body, signature] = forge(payload(), system.webhookSecret);
      expect((await deliver(body, signature)).status).toBe(400);
      expect(await stored()).toBe(before);
    });

    it('are ignored when they are of live money', async () => {
      const before = await stored();
      const body = payload({ livemode: true });
      expect((await deliver(body, sign(body, system.webhookSecret))).status).toBe(200);
      expect(await stored()).toBe(before);
    });

    it('are stored and ignored when nothing here knows their session', async () => {
      const body = payload();
      expect((await deliver(body, sign(body, system.webhookSecret))).status).toBe(200);
      const { id } = JSON.parse(body) as { id: string };
      await until('it is ignored', async () => {
        const rows = await system.database
          .db`select status from bursar.stripe_events where id = ${id}`;
        return rows[0]?.['status'] === 'ignored';
      });
    });
  });

  // Last, because the emulator's clock never goes back.
  it('held back until long after the page would have expired still decide the order', async () => {
    await system.emulator.deliveries('pause');
    const [one, abandoned] = [await order(), await order()];
    await system.emulator.pay(one.session);
    await system.emulator.advance(26 * HOUR);
    expect(await balance(one)).toBe('0');
    await system.emulator.deliveries('reverse', { flush: true });
    await paid(one);
    await expectOneGrant(one);
    const { body } = await system.api.get(`/v1/wallets/${abandoned.wallet}/purchases`);
    expect(body.data).toMatchObject([{ status: 'expired' }]);
    expect(await balance(abandoned)).toBe('0');
  });
});

/** The schedule leaves young orders to the webhooks. */
async function age({ database }: WholeSystem, orders: readonly Order[]): Promise<void> {
  const sessions = orders.map(({ session }) => session);
  await database.db`
    update bursar.purchases set created_at = created_at - interval '1 hour'
    where checkout_session = any (${sessions})`;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visit, type Order } from '../harness/checkout-visitor.ts';
import { holdLock, untilBlocked } from '../harness/held-lock.ts';
import { newUser } from '../harness/people.ts';
import { postEvent, signatureOf } from '../harness/signed-event.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { completionOf, eventsAbout, fateOf, paidUnheard } from './paid-session.ts';

const LIMIT_MS = 300_000;

describe('one payment is one grant', { timeout: LIMIT_MS }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  }, LIMIT_MS);
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const post = (event: object) => {
    const payload = JSON.stringify(event);
    return postEvent(system.url, payload, signatureOf(payload, system.webhookSecret));
  };
  const expectOneGrant = async ({ wallet, id }: Order) => {
    await untilQuiet(system, 60_000);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
    const { body } = await system.api.get(`/v1/wallets/${wallet}/lots`);
    expect(body.data).toMatchObject([{ kind: 'purchased', amount: '500', purchase: id }]);
  };

  it('payment case 1: the completed event five times in parallel is five times 200 and one grant', async () => {
    const order = await paidUnheard(system);
    const event = await completionOf(system, order);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(event)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await fateOf(system, event.id)).toBe('processed');
    await expectOneGrant(order);
  });

  it('payment case 2: the return page races the event, and shows the credits of one grant', async () => {
    for (let round = 0; round < 4; round += 1) {
      const order = await paidUnheard(system);
      const event = await completionOf(system, order);
      const page = () => visit(`${system.url}/checkout/return?session_id=${order.session}`);
      const [seen] = await Promise.all([page(), post(event), page(), post(event)]);
      expect(seen.status).toBe(200);
      await fateOf(system, event.id);
      expect((await page()).text).toContain('500 credits were added');
      await expectOneGrant(order);
    }
  });

  it('payment case 3: the event comes before we have noted the session, is tried again, and is granted', async () => {
    const wallet = await newUser(system.api);
    const { db } = system.database;
    const customers = await holdLock(db, 'lock table bursar.stripe_customers in share mode');
    const key = `order-${wallet}`;
    const body = { wallet, pack: 'starter' };
    await system.api.post('/v1/purchases', body, { key, wait: null });
    await untilBlocked(db, 'bursar-worker', 'remember_customer');
    // The order is accepted; from here on nobody can write its session into it.
    const purchases = await holdLock(db, 'lock table bursar.purchases in share mode');
    await customers.release();
    const session = await until('Stripe has opened the page', () => sessionOf(wallet));
    await untilBlocked(db, 'bursar-worker', 'attach_checkout');
    await system.emulator.pay(session);
    const event = await completionOf(system, { session } as Order);
    const isDelayed = async () => ((await system.queues.counts())['payments']?.delayed ?? 0) > 0;
    await until('the event is to be tried again', isDelayed);
    await purchases.release();
    expect(await fateOf(system, event.id)).toBe('processed');
    const answered = await system.api.post('/v1/purchases', body, { key });
    await expectOneGrant({ ...answered.body.result.purchase, wallet });
  });

  it('payment case 4: the payment’s, the session’s and the charge’s success are one grant together', async () => {
    const order = await paidUnheard(system);
    const path = `/v1/checkout/sessions/${order.session}?expand[]=payment_intent`;
    const { payment_intent: intent } = await system.emulator.stripe(path);
    const events = await eventsAbout(system, [order.session, intent.id, intent.latest_charge]);
    const successes = events.filter(({ type }) =>
      ['payment_intent.succeeded', 'checkout.session.completed', 'charge.succeeded'].includes(type),
    );
    expect(successes).toHaveLength(3);
    const answers = await Promise.all(successes.map(post));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { id } of successes) await fateOf(system, id);
    await expectOneGrant(order);
  });

  it('payment case 11: an event of a type that nobody knows is stored and ignored', async () => {
    const event = {
      id: 'evt_of_tomorrow',
      object: 'event',
      type: 'checkout.session.teleported',
      livemode: false,
      data: { object: { id: 'cs_test_none', object: 'checkout.session' } },
    };
    expect((await post(event)).status).toBe(200);
    expect(await fateOf(system, event.id)).toBe('ignored');
  });

  it('payment case 12: an event rendered by an older version is only a pointer, and right all the same', async () => {
    const order = await paidUnheard(system);
    const event = await completionOf(system, order);
    const old = {
      id: order.session,
      object: 'checkout.session',
      amount_total: 99_999_999,
      payment_status: 'unpaid',
      display_items: [{ amount: 99_999_999, currency: 'eur', quantity: 7 }],
    };
    const rendered = { ...event, api_version: '2019-12-03', data: { object: old } };
    expect((await post(rendered)).status).toBe(200);
    expect(await fateOf(system, event.id)).toBe('processed');
    await expectOneGrant(order);
    const { body } = await system.api.get(`/v1/purchases/${order.id}`);
    expect(body).toMatchObject({ status: 'paid', total: { amount: 500, currency: 'usd' } });
  });

  async function sessionOf(wallet: string): Promise<string | undefined> {
    const { data } = await system.emulator.stripe('/v1/checkout/sessions?limit=100');
    const mine = data.find(
      ({ metadata }: { metadata: Record<string, string> }) => metadata['wallet'] === wallet,
    );
    return mine?.id;
  }
});

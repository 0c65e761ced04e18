import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import type { FaultKind } from '../harness/emulator-control.ts';
import { holdLock, untilBlocked } from '../harness/held-lock.ts';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const SESSIONS = 'POST /v1/checkout/sessions';
const CUSTOMERS = 'POST /v1/customers';
/** One more than the SDK tries by itself, so that the job fails, too. */
const ATTEMPTS = 4;

describeOnBackends('a purchase that is interrupted', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'process', ingress: 'process' });
  });
  afterEach(() => system.emulator.clearFaults());
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const body = (wallet: string) => ({ wallet, pack: 'starter' });
  const place = async (wallet: string): Promise<Order> => placeOrder(system.api, body(wallet));
  const listed = async (path: string, mine: (one: Listed) => boolean) =>
    (await system.emulator.stripe(`${path}?limit=100`)).data.filter(mine);
  /** One customer and one page at Stripe, which is then paid: one grant. */
  const expectOneOfEach = async (order: Order) => {
    const isMine = ({ metadata }: Listed) => metadata['wallet'] === order.wallet;
    expect(await listed('/v1/customers', isMine)).toHaveLength(1);
    expect(await listed('/v1/checkout/sessions', isMine)).toMatchObject([{ id: order.session }]);
    await system.emulator.pay(order.session);
    await expectOneGrant(order);
  };
  const expectOneGrant = async ({ wallet }: Order) => {
    await until('it is granted', async () => (await system.api.wallet(wallet)).version > 0);
    await untilQuiet(system);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
    const { body: page } = await system.api.get(`/v1/wallets/${wallet}/purchases`);
    expect(page.data).toMatchObject([{ status: 'paid' }]);
  };

  it.each<[string, FaultKind]>([
    [SESSIONS, '500-after-commit'],
    [SESSIONS, 'reset-after-commit'],
    [CUSTOMERS, 'reset-before'],
    [CUSTOMERS, '500-after-commit'],
  ])('by Stripe (%s: %s, again and again) has one page and one grant', async (match, kind) => {
    const wallet = await newUser(system.api);
    // Each fault counts the requests that an earlier one has struck as well.
    for (let nth = 1; nth <= ATTEMPTS; nth += 1) await system.emulator.fault(match, kind, nth);
    await expectOneOfEach(await place(wallet));
  });

  it.each([SESSIONS, CUSTOMERS])('by the worker’s death during %s', async (match) => {
    const wallet = await newUser(system.api);
    await system.emulator.fault(match, 'slow');
    const key = `order-${wallet}`;
    await system.api.post('/v1/purchases', body(wallet), { key, wait: null });
    await until('Stripe is being asked', () => system.emulator.struck(match));
    await system.killWorker('SIGKILL');
    await system.startWorker('process');
    const answered = await system.api.post('/v1/purchases', body(wallet), { key });
    const { purchase } = answered.body.result;
    await expectOneOfEach({ ...purchase, session: /cs_\w+$/.exec(purchase.checkout_url)?.[0] });
  });

  it('by the worker’s death between Stripe’s answer and our note of it', async () => {
    const wallet = await newUser(system.api);
    const lock = await holdLock(
      system.database.db,
      // Reading goes on, so that Stripe is asked; only the note of its answer waits.
      'lock table bursar.stripe_customers in share mode',
    );
    const key = `order-${wallet}`;
    await system.api.post('/v1/purchases', body(wallet), { key, wait: null });
    await untilBlocked(system.database.db, 'bursar-worker', 'remember_customer');
    await system.killWorker('SIGKILL');
    await lock.release();
    await system.startWorker('process');
    const { purchase } = (await system.api.post('/v1/purchases', body(wallet), { key })).body
      .result;
    await expectOneOfEach({ ...purchase, session: /cs_\w+$/.exec(purchase.checkout_url)?.[0] });
  });

  it('by the worker’s death while it asks Stripe about the payment', async () => {
    const order = await place(await newUser(system.api));
    await system.emulator.fault('GET /v1/checkout/sessions/{id}', 'slow');
    await system.emulator.pay(order.session);
    await until('Stripe is being asked', () =>
      system.emulator.struck('GET /v1/checkout/sessions/{id}'),
    );
    await system.killWorker('SIGKILL');
    await system.startWorker('process');
    await expectOneGrant(order);
  });

  it('by the worker’s death in the middle of the grant', async () => {
    const order = await place(await newUser(system.api));
    const lock = await holdLock(
      system.database.db,
      `select 1 from bursar.wallets where owner = '${order.wallet}' for no key update`,
    );
    await system.emulator.pay(order.session);
    await untilBlocked(system.database.db, 'bursar-worker', 'fulfil_purchase');
    await system.killWorker('SIGKILL');
    await lock.release();
    await system.startWorker('process');
    await expectOneGrant(order);
  });

  it('payment case 5: by the worker’s death between the grant and the mark on its event', async () => {
    const order = await place(await newUser(system.api));
    const lock = await holdLock(system.database.db, 'lock table bursar.purchases in share mode');
    await system.emulator.pay(order.session);
    await untilBlocked(system.database.db, 'bursar-worker', 'fulfil_purchase');
    const events = await holdLock(
      system.database.db,
      'lock table bursar.stripe_events in share mode',
    );
    await lock.release();
    await until('it is granted', async () => (await system.api.wallet(order.wallet)).version > 0);
    await untilBlocked(system.database.db, 'bursar-worker', 'settle_stripe_event');
    await system.killWorker('SIGKILL');
    await events.release();
    await system.startWorker('process');
    await expectOneGrant(order);
  });

  it('by an ingress that was away when Stripe called: Stripe calls again', async () => {
    const order = await place(await newUser(system.api));
    await system.killIngress('SIGTERM');
    await system.emulator.pay(order.session);
    await until('Stripe was turned away', async () => {
      const deliveries = await system.emulator.delivered();
      return deliveries.some(({ attempts }) => attempts.some(({ status }) => status === null));
    });
    await system.startIngress('process');
    await until('it is granted', async () => {
      // Stripe calls again after a minute, then after longer and longer pauses.
      await system.emulator.advance(60);
      return (await system.api.wallet(order.wallet)).version > 0;
    });
    await expectOneGrant(order);
  });

  it('payment case 1: by jobs that come twice has one page and one grant', async () => {
    const order = await place(await newUser(system.api));
    const [row] = await system.database.db<{ key: string; hash: string }[]>`
      select o.key, o.request_hash as hash from bursar.operations o
      join bursar.purchases p on p.operation = o.key where p.checkout_session = ${order.session}`;
    const operation = {
      key: row?.key ?? '',
      hash: row?.hash ?? '',
      caller: 'key_operator',
      actor: 'key_operator',
      accepted_at: new Date().toISOString(),
    };
    const again = { wallet: order.wallet, credits: '500000000', subtotal: 500, currency: 'usd' };
    await system.queues.enqueue('open-purchase', { operation, order: again });
    await untilQuiet(system);
    await system.emulator.pay(order.session);
    const events = await system.database.db<{ id: string }[]>`
      select id from bursar.stripe_events where object_id = ${order.session}`;
    for (const { id } of events) {
      await system.queues.enqueue('handle-stripe-event', { event: id });
    }
    for (let count = 0; count < 10; count += 1) {
      await system.queues.enqueue('fulfil-purchase', { session: order.session });
    }
    await expectOneGrant(order);
    const isMine = ({ metadata }: Listed) => metadata['wallet'] === order.wallet;
    expect(await listed('/v1/checkout/sessions', isMine)).toHaveLength(1);
  });
});

interface Listed {
  id: string;
  metadata: Record<string, string>;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { grant, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('money that goes back', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  /** A paid order of 500 credits for 5.00 usd, and the charge that paid it. */
  const bought = async (): Promise<Order & { charge: string }> => {
    const order = await placeOrder(system.api, {
      wallet: await newUser(system.api),
      pack: 'starter',
    });
    await system.emulator.pay(order.session);
    await until(
      'it is paid',
      async () => (await system.api.wallet(order.wallet)).balance === '500',
    );
    await untilQuiet(system);
    return { ...order, charge: await chargeOf(order) };
  };
  const chargeOf = async ({ session }: Order): Promise<string> => {
    const found = await system.emulator.stripe(
      `/v1/checkout/sessions/${session}?expand[]=payment_intent`,
    );
    return found.payment_intent.latest_charge;
  };
  const stateOf = async ({ wallet, id }: Order) => {
    const { balance, owed } = await system.api.wallet(wallet);
    const { body } = await system.api.get(`/v1/wallets/${wallet}/purchases`);
    const purchase = body.data.find((one: { id: string }) => one.id === id);
    return { balance, owed, status: purchase.status, taken: purchase.taken_back };
  };
  const becomes = async (order: Order, state: object) => {
    await untilQuiet(system);
    expect(await stateOf(order)).toMatchObject(state);
  };

  it('payment case 41: refunded in full in the dashboard takes all the credits back', async () => {
    const order = await bought();
    await system.emulator.refund(order.charge);
    await becomes(order, { balance: '0', owed: '0', status: 'refunded', taken: '500' });
    const { body } = await system.api.get(`/v1/wallets/${order.wallet}/transactions`);
    expect(body.data[0]).toMatchObject({ kind: 'refund', amount: '-500', balance_after: '0' });
  });

  it('refunded in parts takes parts back that add up to the whole', async () => {
    const order = await bought();
    await system.emulator.refund(order.charge, 167);
    await becomes(order, { balance: '333', status: 'paid' });
    await system.emulator.refund(order.charge, 167);
    await becomes(order, { balance: '166', status: 'paid' });
    await system.emulator.refund(order.charge, 166);
    await becomes(order, { balance: '0', owed: '0', status: 'refunded' });
  });

  it('payment case 44: refunded after the credits were spent leaves debt', async () => {
    const order = await bought();
    await system.api.run('/v1/charges', { wallet: order.wallet, amount: '480', product: 'render' });
    await grant(system.api, order.wallet, '30');
    await system.emulator.refund(order.charge);
    await becomes(order, { balance: '0', owed: '450', status: 'refunded' });
  });

  it('payment case 48: disputed takes the credits back, and winning restores exactly those', async () => {
    const order = await bought();
    await system.api.run('/v1/charges', { wallet: order.wallet, amount: '100', product: 'render' });
    await system.emulator.dispute(order.charge);
    await becomes(order, { balance: '0', owed: '100', status: 'disputed', taken: '500' });
    await system.emulator.dispute(order.charge, 'won');
    await becomes(order, { balance: '400', owed: '0', status: 'paid', taken: '0' });
    const { body } = await system.api.get(`/v1/wallets/${order.wallet}/lots`);
    const live = body.data.filter((lot: { state: string }) => lot.state === 'live');
    expect(live).toMatchObject([{ kind: 'purchased', purchase: order.id }]);
  });

  it('disputed and lost stays taken', async () => {
    const order = await bought();
    await system.emulator.dispute(order.charge, 'lost');
    await becomes(order, { balance: '0', owed: '0', status: 'disputed', taken: '500' });
  });

  it('payment case 14: told twice over and backwards ends the same', async () => {
    const order = await bought();
    await system.emulator.deliveries('pause');
    await system.emulator.refund(order.charge, 100);
    await system.emulator.refund(order.charge, 150);
    await system.emulator.deliveries('reverse', { flush: true });
    await system.emulator.deliveries('normal');
    for (const { event } of (await system.emulator.delivered()).slice(0, 10)) {
      await system.emulator.resend(event);
    }
    await becomes(order, { balance: '250', owed: '0', status: 'paid', taken: '250' });
  });

  describe('before anybody heard of the payment', () => {
    it.each(['normal', 'reverse'] as const)(
      'payment case 15: counts as well (%s order)',
      async (mode) => {
        await system.emulator.deliveries('pause');
        const order = await placeOrder(system.api, {
          wallet: await newUser(system.api),
          pack: 'starter',
        });
        await system.emulator.pay(order.session);
        await system.emulator.refund(await chargeOf(order), 200);
        await system.emulator.deliveries(mode, { flush: true });
        await system.emulator.deliveries('normal');
        await becomes(order, { balance: '300', owed: '0', status: 'paid', taken: '200' });
      },
    );
  });
});

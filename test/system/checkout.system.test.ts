import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describe('a checkout', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const starter = (wallet: string) => ({ wallet, pack: 'starter' });
  const purchases = async (wallet: string) =>
    (await system.api.get(`/v1/wallets/${wallet}/purchases`)).body.data;
  const sessionsOf = async (wallet: string) => {
    const { data } = await system.emulator.stripe('/v1/checkout/sessions?limit=100');
    return data.filter((one: { metadata: Record<string, string> }) => {
      return one.metadata['wallet'] === wallet;
    });
  };
  const cancel = (order: Order) => system.api.post(`/v1/purchases/${order.id}/cancel`);
  const textOf = async (address: string) => (await fetch(address)).text();
  const untilPaid = (order: Order) =>
    until('it is paid', async () => {
      const { body } = await system.api.get(`/v1/purchases/${order.id}`);
      return body.status === 'paid';
    });

  it('payment case 19: ten clicks on Buy lead to one order and one page', async () => {
    const wallet = await newUser(system.api);
    const orders = await Promise.all(
      Array.from({ length: 10 }, () => placeOrder(system.api, starter(wallet))),
    );
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    expect(new Set(orders.map(({ checkout_url }) => checkout_url)).size).toBe(1);
    expect(await sessionsOf(wallet)).toHaveLength(1);
    expect(await purchases(wallet)).toHaveLength(1);
    await submitCheckout(orders[0]?.checkout_url ?? '');
    await until('it is paid', async () => (await system.api.wallet(wallet)).balance === '500');
  });

  it('payment case 20: two tabs with different carts, both paid, are two grants', async () => {
    const wallet = await newUser(system.api);
    const orders = [
      await placeOrder(system.api, starter(wallet)),
      await placeOrder(system.api, { wallet, pack: 'standard' }),
    ];
    await Promise.all(orders.map(({ checkout_url }) => submitCheckout(checkout_url)));
    await until('both are paid', async () => (await system.api.wallet(wallet)).balance === '1500');
    expect(await purchases(wallet)).toHaveLength(2);
  });

  it('is a new one once the same cart was paid, though nobody has told us of it yet', async () => {
    const wallet = await newUser(system.api);
    const first = await placeOrder(system.api, starter(wallet));
    await system.emulator.deliveries('pause');
    await system.emulator.pay(first.session);
    const second = await placeOrder(system.api, starter(wallet));
    await system.emulator.deliveries('normal', { flush: true });
    expect(second.id).not.toBe(first.id);
    expect(second.session).not.toBe(first.session);
    await untilPaid(first);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500' });
  });

  it('is a new one for another buyer, another way back, or after it expired', async () => {
    const wallet = await newUser(system.api);
    const first = await placeOrder(system.api, starter(wallet));
    const { purchase } = await system.api.run('/v1/purchases', starter(wallet), { actAs: wallet });
    expect(purchase.id).not.toBe(first.id);
    const back = { ...starter(wallet), cancel_url: 'https://example.com/back' };
    expect((await placeOrder(system.api, back)).id).not.toBe(first.id);
    await system.emulator.deliveries('drop');
    await system.emulator.expire(first.session);
    await system.emulator.deliveries('normal');
    const next = await placeOrder(system.api, starter(wallet));
    expect(next.id).not.toBe(first.id);
    const states = (await purchases(wallet)).map(({ status }: { status: string }) => status);
    expect(states.toSorted()).toEqual([
      'awaiting_payment',
      'awaiting_payment',
      'awaiting_payment',
      'expired',
    ]);
  });

  it('payment case 22: left and come back to, the same page is paid', async () => {
    const wallet = await newUser(system.api);
    const first = await placeOrder(system.api, starter(wallet));
    const [left] = /[^"]*\/checkout\/cancelled[^"]*/.exec(await textOf(first.checkout_url)) ?? [''];
    expect(await textOf(left)).toContain('href="/me/wallet"');
    const again = await placeOrder(system.api, starter(wallet));
    expect(again).toMatchObject({ id: first.id, checkout_url: first.checkout_url });
    await submitCheckout(again.checkout_url);
    await untilPaid(first);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
  });

  it('payment case 23: three declined cards and one that works are one grant', async () => {
    const wallet = await newUser(system.api);
    const order = await placeOrder(system.api, starter(wallet));
    for (const card_number of ['4000000000000002', '4000000000009995', '4000000000000069']) {
      expect((await submitCheckout(order.checkout_url, { card_number })).status).toBe(402);
      expect(await purchases(wallet)).toMatchObject([{ status: 'awaiting_payment' }]);
    }
    await submitCheckout(order.checkout_url);
    await untilPaid(order);
    await untilQuiet(system);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
  });

  it('payment case 24: of somebody else does not exist for whoever comes back with it', async () => {
    const wallet = await newUser(system.api);
    const stranger = await newUser(system.api);
    const order = await placeOrder(system.api, starter(wallet));
    await system.emulator.pay(order.session);
    const seenBy = async (person: string) => {
      const { status, body } = await system.api.get(`/v1/checkouts/${order.session}`, {
        actAs: person,
      });
      return [status, body.status];
    };
    expect(await seenBy(stranger)).toEqual([404, 404]);
    expect(await seenBy(wallet)).toEqual([200, 'paid']);
    const unknown = await system.api.get('/v1/checkouts/cs_test_none', { actAs: wallet });
    expect(unknown.status).toBe(404);
    const direct = await system.api.get(`/v1/purchases/${order.id}`, { actAs: stranger });
    expect(direct.status).toBe(404);
  });

  describe('that is cancelled', () => {
    it('cannot be paid any more, and is said to be cancelled', async () => {
      const order = await placeOrder(system.api, starter(await newUser(system.api)));
      const cancelled = await cancel(order);
      expect(cancelled.body.result.purchase).toMatchObject({ id: order.id, status: 'cancelled' });
      expect((await system.emulator.pay(order.session)).status).not.toBe(200);
      await untilQuiet(system);
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
      expect((await cancel(order)).body).toMatchObject({ code: 'purchase_not_open' });
      expect((await placeOrder(system.api, starter(order.wallet))).id).not.toBe(order.id);
    });

    it('after it was paid, but before anybody told us, is credited instead', async () => {
      const order = await placeOrder(system.api, starter(await newUser(system.api)));
      await system.emulator.deliveries('pause');
      await system.emulator.pay(order.session);
      const late = await cancel(order);
      await system.emulator.deliveries('normal', { flush: true });
      expect(late).toMatchObject({ status: 409, body: { code: 'purchase_not_open' } });
      await untilQuiet(system);
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
    });

    it('by a stranger does not exist, and stays open', async () => {
      const order = await placeOrder(system.api, starter(await newUser(system.api)));
      const stranger = await newUser(system.api);
      const refused = await system.api.post(
        `/v1/purchases/${order.id}/cancel`,
        {},
        { actAs: stranger },
      );
      expect(refused.status).toBe(404);
      expect(await purchases(order.wallet)).toMatchObject([{ status: 'awaiting_payment' }]);
    });
  });

  describe('made with a quote', () => {
    it('has the price that was quoted, split into what is owed and what is left', async () => {
      const wallet = await newUser(system.api);
      await system.api.run('/v1/charges', { wallet, amount: '70', product: 'render' });
      const price = { amount: 1234, currency: 'usd' };
      const quoted = await system.api.post(
        '/v1/quotes',
        { wallet, price },
        { wait: null, key: null },
      );
      expect(quoted).toMatchObject({
        status: 201,
        body: { credits: '1234', subtotal: price, settles: '70', adds: '1164' },
      });
      const order = await placeOrder(system.api, { wallet, quote: quoted.body.id });
      expect(order).toMatchObject({ credits: '1234', subtotal: price });
      await system.emulator.pay(order.session);
      await untilPaid(order);
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '1164', owed: '0' });
    });

    it('of another wallet is refused', async () => {
      const [ana, ben] = [await newUser(system.api), await newUser(system.api)];
      const { body } = await system.api.post('/v1/quotes', starter(ana), { key: null });
      const refused = await system.api.post('/v1/purchases', { wallet: ben, quote: body.id });
      expect(refused).toMatchObject({ status: 422, body: { code: 'quote_not_valid' } });
    });
  });

  describe('that was paid', () => {
    it('has a receipt with everything on it, and the address that Stripe shows it at now', async () => {
      const wallet = await newUser(system.api);
      await system.api.run('/v1/charges', { wallet, amount: '70', product: 'render' });
      const code = { promotion_code: 'WELCOME10' };
      const order = await placeOrder(system.api, { wallet, pack: 'standard', ...code });
      const early = await system.api.get(`/v1/purchases/${order.id}/receipt`);
      expect(early.status).toBe(404);
      await system.emulator.pay(order.session);
      await untilPaid(order);
      const { status, body } = await system.api.get(`/v1/purchases/${order.id}/receipt`);
      expect([status, body]).toMatchObject([
        200,
        {
          purchase: order.id,
          credits: '1000',
          settled: '70',
          added: '930',
          subtotal: { amount: 1000 },
          discount: { amount: 100 },
          tax: { amount: 0 },
          total: { amount: 900 },
          ...code,
        },
      ]);
      expect((await fetch(body.url)).status).toBe(200);
      const stranger = { actAs: await newUser(system.api) };
      const refused = await system.api.get(`/v1/purchases/${order.id}/receipt`, stranger);
      expect(refused.status).toBe(404);
    });

    it('payment case 26: for nothing has a receipt over nothing, and no address', async () => {
      const wallet = await newUser(system.api);
      const { purchase } = await system.api.run('/v1/purchases', {
        wallet,
        pack: 'starter',
        promotion_code: 'FREE100',
      });
      const { body } = await system.api.get(`/v1/purchases/${purchase.id}/receipt`);
      expect(body).toMatchObject({ total: { amount: 0 }, discount: { amount: 500 }, url: null });
    });
  });

  it.each([
    { credits: '500', settles: '500', adds: '0', left: { balance: '0', owed: '200' } },
    { credits: '1000', settles: '700', adds: '300', left: { balance: '300', owed: '0' } },
  ])('payment case 33: of $credits credits with 700 owed pays that first', async (bought) => {
    const { credits, settles, adds, left } = bought;
    const wallet = await newUser(system.api);
    await system.api.run('/v1/charges', { wallet, amount: '700', product: 'render' });
    const preview = await system.api.post('/v1/purchases', { wallet, credits, preview: true });
    expect(preview.body.result.purchase).toMatchObject({ credits, settles, adds });
    const order = await placeOrder(system.api, { wallet, credits });
    await system.emulator.pay(order.session);
    await untilPaid(order);
    expect(await system.api.wallet(wallet)).toMatchObject(left);
    const { body: receipt } = await system.api.get(`/v1/purchases/${order.id}/receipt`);
    expect(receipt).toMatchObject({ credits, settled: settles, added: adds });
  });
});

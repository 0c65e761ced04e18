import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, visit } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('buying credits', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const purchases = async (wallet: string) =>
    (await system.api.get(`/v1/wallets/${wallet}/purchases`)).body.data;
  const lots = async (wallet: string) =>
    (await system.api.get(`/v1/wallets/${wallet}/lots`)).body.data;
  const receipts = (address: string) =>
    until('the receipt arrives', async () => {
      const mails = await system.mail.to(address);
      const found = mails.filter(({ subject }) => subject.startsWith('Receipt'));
      return found.length > 0 && found;
    });
  let people = 0;
  const customer = async () => {
    people += 1;
    const address = `ada${people}@example.com`;
    return { address, wallet: await newUser(system.api, address) };
  };

  it('payment case 2: leads from the order over the hosted page to credits, a receipt and a notice, once each', async () => {
    const { wallet, address } = await customer();
    const order = await placeOrder(system.api, {
      wallet,
      price: { amount: 5000, currency: 'usd' },
    });
    expect(order).toMatchObject({
      id: expect.stringMatching(/^pur_/),
      status: 'awaiting_payment',
      credits: '5000',
      total: { amount: 5000, currency: 'usd' },
    });
    const page = await visit(order.checkout_url);
    expect(page.text).toContain('5000 credits');
    expect(page.text).toContain('Pay $50.00');
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '0', version: 0 });

    const paid = await submitCheckout(order.checkout_url);
    expect(paid).toMatchObject({
      status: 303,
      location: `${system.url}/checkout/return?session_id=${order.session}`,
    });
    const back = await visit(paid.location ?? '');
    expect(back).toMatchObject({ status: 200 });
    expect(back.text).toContain('5000 credits were added');
    expect(await system.api.wallet(wallet)).toMatchObject({
      balance: '5000',
      by_kind: { purchased: '5000' },
      version: 1,
    });
    expect(await lots(wallet)).toMatchObject([
      { kind: 'purchased', amount: '5000', purchase: order.id },
    ]);
    expect(await purchases(wallet)).toMatchObject([
      { id: order.id, status: 'paid', total: { amount: 5000 }, checkout_url: null },
    ]);

    const [receipt] = await receipts(address);
    expect(receipt?.subject).toMatch(/5,?000 credits/);
    expect(receipt?.text).toContain('$50.00');
    expect(receipt?.text).toContain(order.id);
    expect((await visit(`${system.url}/dev/mail`)).text).toContain(receipt?.subject);
    // Coming back again, and hearing of it again, changes nothing.
    await visit(paid.location ?? '');
    const events = new Set((await system.emulator.delivered()).map(({ event }) => event));
    for (const event of events) await system.emulator.resend(event);
    await untilQuiet(system);
    expect(await system.mail.to(address)).toHaveLength(1);
    const { body } = await system.api.get('/v1/notifications', { actAs: wallet });
    expect(body.data).toMatchObject([{ kind: 'purchase-paid', data: { id: order.id } }]);
    expect(body.data).toHaveLength(1);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '5000', version: 1 });
  });

  it('expires the credits after twelve calendar months', async () => {
    const { wallet } = await customer();
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    await submitCheckout(order.checkout_url);
    const [lot] = await until('the lot is there', async () => {
      const found = await lots(wallet);
      return found.length > 0 && found;
    });
    const [from, to] = [new Date(lot.effective_at), new Date(lot.expires_at)];
    expect([
      to.getUTCFullYear() - from.getUTCFullYear(),
      to.getUTCMonth(),
      to.getUTCHours(),
    ]).toEqual([1, from.getUTCMonth(), from.getUTCHours()]);
  });

  it('pays outstanding debt first and says so on the receipt', async () => {
    const { wallet, address } = await customer();
    await system.api.run('/v1/charges', { wallet, amount: '70', product: 'render' });
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    await submitCheckout(order.checkout_url);
    const [receipt] = await receipts(address);
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '430', owed: '0' });
    expect(receipt?.text).toMatch(/outstanding balance was paid from them first: 70/);
  });

  describe('with a promotion code', () => {
    it('of the order gets the discount, and all the credits', async () => {
      const { wallet, address } = await customer();
      const order = await placeOrder(system.api, {
        wallet,
        pack: 'standard',
        promotion_code: 'WELCOME10',
      });
      expect(order).toMatchObject({ discount: { amount: 100 }, total: { amount: 900 } });
      expect((await visit(order.checkout_url)).text).toContain('Pay $9.00');
      await submitCheckout(order.checkout_url);
      const [receipt] = await receipts(address);
      expect(receipt?.text).toMatch(/\$9\.00/);
      expect(receipt?.text).toContain('WELCOME10');
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '1000' });
    });

    it('that makes it free is paid at once, and Stripe never hears of it', async () => {
      const { wallet, address } = await customer();
      const { purchase } = await system.api.run('/v1/purchases', {
        wallet,
        pack: 'starter',
        promotion_code: 'FREE100',
      });
      expect(purchase).toMatchObject({
        status: 'paid',
        checkout_url: null,
        total: { amount: 0 },
        discount: { amount: 500 },
      });
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
      const [receipt] = await receipts(address);
      expect(receipt?.text).toContain('$0.00');
      const { data } = await system.emulator.stripe('/v1/checkout/sessions?limit=100');
      const references = data.map(
        (one: { client_reference_id: string }) => one.client_reference_id,
      );
      expect(references).not.toContain(purchase.id);
    });

    it('typed on the hosted page counts as well', async () => {
      const { wallet } = await customer();
      const order = await placeOrder(system.api, { wallet, pack: 'standard' });
      const applied = await submitCheckout(
        order.checkout_url,
        { promotion_code: 'WELCOME10' },
        '/promotion',
      );
      expect(applied.text).toContain('Pay $9.00');
      expect((await submitCheckout(order.checkout_url)).status).toBe(303);
      await until('it is paid', async () => (await purchases(wallet))[0].status === 'paid');
      expect(await purchases(wallet)).toMatchObject([
        { discount: { amount: 100 }, total: { amount: 900 }, credits: '1000' },
      ]);
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '1000' });
    });

    it('payment case 26: that makes it free on the hosted page asks for no card', async () => {
      const { wallet } = await customer();
      const order = await placeOrder(system.api, { wallet, pack: 'starter' });
      const free = await submitCheckout(
        order.checkout_url,
        { promotion_code: 'FREE100' },
        '/promotion',
      );
      expect(free.text).not.toContain('Card number');
      const done = await submitCheckout(order.checkout_url);
      expect((await visit(done.location ?? '')).text).toContain('500 credits were added');
      expect(await purchases(wallet)).toMatchObject([{ status: 'paid', total: { amount: 0 } }]);
      expect(await system.api.wallet(wallet)).toMatchObject({ balance: '500', version: 1 });
      const session = await system.emulator.stripe(`/v1/checkout/sessions/${order.session}`);
      expect(session).toMatchObject({
        payment_status: 'no_payment_required',
        payment_intent: null,
        amount_total: 0,
      });
      const { body: receipt } = await system.api.get(`/v1/purchases/${order.id}/receipt`);
      expect(receipt).toMatchObject({ total: { amount: 0 }, url: null });
    });
  });

  it('a declined card leaves the order open for another', async () => {
    const { wallet } = await customer();
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    for (const card_number of ['4000000000000002', '4000000000009995']) {
      const declined = await submitCheckout(order.checkout_url, { card_number });
      expect(declined.status).toBe(402);
    }
    await untilQuiet(system);
    expect(await purchases(wallet)).toMatchObject([{ status: 'awaiting_payment' }]);
    const paid = await submitCheckout(order.checkout_url);
    expect((await visit(paid.location ?? '')).text).toContain('500 credits were added');
    expect(await lots(wallet)).toHaveLength(1);
  });

  it('an abandoned page expires and nothing is credited', async () => {
    const { wallet } = await customer();
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    await system.emulator.expire(order.session);
    await until('it is closed', async () => (await purchases(wallet))[0].status === 'expired');
    const page = await visit(`${system.url}/checkout/return?session_id=${order.session}`);
    expect(page.text).toContain('expired');
    expect(await system.api.wallet(wallet)).toMatchObject({ balance: '0', version: 0 });
  });

  it('two orders are two orders, even when both are paid at once', async () => {
    const { wallet } = await customer();
    const orders = [
      await placeOrder(system.api, { wallet, pack: 'starter' }),
      await placeOrder(system.api, { wallet, pack: 'standard' }),
    ];
    await Promise.all(orders.map(({ checkout_url }) => submitCheckout(checkout_url)));
    await until('both are paid', async () => (await system.api.wallet(wallet)).balance === '1500');
    expect(await lots(wallet)).toHaveLength(2);
  });

  it('the return page of nobody’s session is a 404', async () => {
    for (const session of ['cs_test_none', 'garbage', '']) {
      const page = await visit(`${system.url}/checkout/return?session_id=${session}`);
      expect(page.status).toBe(404);
    }
  });
});

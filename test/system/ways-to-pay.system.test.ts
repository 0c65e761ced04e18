import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describe('a purchase', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      settings: { STRIPE_AUTOMATIC_TAX: '1', STRIPE_ADAPTIVE_PRICING: '1' },
    });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const control = async (path: string, body: object) => {
    const answered = await fetch(`${system.emulator.url}/_emu${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answered.status).toBe(200);
  };
  const ordered = async (terms: object = {}): Promise<Order> =>
    placeOrder(system.api, { wallet: await newUser(system.api), pack: 'starter', ...terms });
  const purchaseOf = async ({ id }: Order) => (await system.api.get(`/v1/purchases/${id}`)).body;
  const becomes = (order: Order, status: string) =>
    until(`it is ${status}`, async () => (await purchaseOf(order)).status === status);

  it('payment case 37: with tax brings the same credits, and the tax is no part of what they cost', async () => {
    await control('/settings', { tax_percent: 19 });
    const order = await ordered();
    await system.emulator.pay(order.session);
    await becomes(order, 'paid');
    expect(await purchaseOf(order)).toMatchObject({
      credits: '500',
      tax: { amount: 95 },
      total: { amount: 595 },
    });
    const [row] = await system.database.db<{ paid: bigint; cost: bigint }[]>`
      select p.paid_total as paid, l.unit_cost as cost from bursar.purchases p
      join bursar.lots l on l.purchase_id = p.id where p.checkout_session = ${order.session}`;
    expect(row).toEqual({ paid: 500n, cost: 1_000_000n });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500' });
    const { body } = await system.api.post(`/v1/purchases/${order.id}/refund`, {
      amount: 595,
      reason: 'All of it, with its tax',
      override: true,
    });
    expect(body.result.purchase).toMatchObject({ status: 'refunded' });
    await control('/settings', { tax_percent: 0 });
  });

  it('payment case 38: shown in another currency is compared and booked in the order’s', async () => {
    await control('/settings', { presentment: { currency: 'eur', rate: '0.9' } });
    const order = await ordered();
    await system.emulator.pay(order.session);
    await becomes(order, 'paid');
    expect(await purchaseOf(order)).toMatchObject({ total: { amount: 500, currency: 'usd' } });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500' });
  });

  it('payment case 34: paid while the wallet is charged loses and doubles nothing', async () => {
    const order = await ordered();
    const charge = { wallet: order.wallet, amount: '10', product: 'render' };
    await Promise.all([
      system.emulator.pay(order.session),
      ...Array.from({ length: 10 }, () => system.api.run('/v1/charges', charge)),
    ]);
    await becomes(order, 'paid');
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '400', owed: '0' });
  });

  it('payment case 39: by bank debit brings its credits when the money comes, and none when it does not', async () => {
    const promotion_code = 'DEBIT20';
    const terms = { code: promotion_code, bonus_percent: 20, lifetime_days: 90 };
    await system.api.post('/v1/bonus-codes', terms, { key: null, wait: null });
    const [good, bad] = [await ordered(), await ordered({ promotion_code })];
    const codeAgain = () =>
      system.api.post('/v1/purchases', {
        wallet: bad.wallet,
        pack: 'starter',
        promotion_code,
        preview: true,
      });
    await control(`/checkout/sessions/${good.session}/complete`, { bank_debit: 'succeeds' });
    await control(`/checkout/sessions/${bad.session}/complete`, { bank_debit: 'fails' });
    for (const order of [good, bad]) {
      await until('it is on its way', async () => {
        return (await purchaseOf(order)).processing_since !== null;
      });
      await untilQuiet(system);
      expect(await purchaseOf(order)).toMatchObject({
        status: 'awaiting_payment',
        checkout_url: null,
      });
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
      const page = await fetch(`${system.url}/checkout/return?session_id=${order.session}`);
      expect(await page.text()).toContain('on its way');
      const late = await system.api.post(`/v1/purchases/${order.id}/cancel`);
      expect(late).toMatchObject({ status: 409, body: { code: 'purchase_not_open' } });
    }
    expect((await codeAgain()).body).toMatchObject({ error: { code: 'promotion_invalid' } });
    await system.emulator.advance(10 * 86_400);
    await becomes(good, 'paid');
    await becomes(bad, 'failed');
    expect(await system.api.wallet(good.wallet)).toMatchObject({ balance: '500' });
    expect(await system.api.wallet(bad.wallet)).toMatchObject({ balance: '0', version: 0 });
    expect((await codeAgain()).body.result.purchase).toMatchObject({ bonus: '100' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder, submitCheckout, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describe('a refund', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend: 'postgres',
      settings: { FAILED_PAYMENTS_PER_HOUR: '3', CHECKOUTS_PER_HOUR: '6' },
    });
  });
  afterAll(async () => {
    await system.emulator.clearFaults();
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const bought = async (card?: string): Promise<Order> => {
    const wallet = await newUser(system.api);
    const order = await placeOrder(system.api, { wallet, pack: 'starter' });
    await system.emulator.pay(order.session, card === undefined ? {} : { card });
    await until('it is paid', async () => (await purchaseOf(order)).status === 'paid');
    return order;
  };
  const purchaseOf = async ({ id }: Order) => (await system.api.get(`/v1/purchases/${id}`)).body;
  const chargeOf = async ({ session }: Order): Promise<string> => {
    const path = `/v1/checkout/sessions/${session}?expand[]=payment_intent`;
    return (await system.emulator.stripe(path)).payment_intent.latest_charge;
  };
  const refund = ({ id }: Order, body: object = {}) =>
    system.api.post(`/v1/purchases/${id}/refund`, { reason: 'Sorry', override: true, ...body });
  const codeOf = async (answer: ReturnType<typeof refund>) => {
    const { status, body } = await answer;
    return `${status} ${body.code}`;
  };

  it('is refused by the policy unless it is overridden', async () => {
    const order = await bought();
    expect(await codeOf(refund(order, { override: false }))).toBe('409 refund_not_allowed');
    const { body } = await refund(order, { amount: 200 });
    expect(body.result).toMatchObject({
      refund: {
        purchase: order.id,
        amount: { amount: 200 },
        status: 'succeeded',
        overridden: true,
      },
      purchase: { status: 'paid' },
    });
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '300' });
  });

  it('is for operators only', async () => {
    const order = await bought();
    const body = { reason: 'Mine', override: true };
    const asked = await system.api.post(`/v1/purchases/${order.id}/refund`, body, {
      actAs: order.wallet,
    });
    expect(asked.status).toBe(403);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500' });
  });

  it('payment case 40: of three thirds takes exactly what was granted', async () => {
    const order = await bought();
    for (const amount of [167, 167, 166])
      expect((await refund(order, { amount })).status).toBe(200);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', owed: '0' });
    expect(await purchaseOf(order)).toMatchObject({ status: 'refunded', taken_back: '500' });
  });

  it('payment case 42: is counted once, though Stripe tells of it in four events', async () => {
    const order = await bought();
    await refund(order, { amount: 100 });
    await untilQuiet(system);
    for (const { event } of (await system.emulator.delivered()).slice(0, 8)) {
      await system.emulator.resend(event);
    }
    await untilQuiet(system);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '400', version: 2 });
  });

  it('payment case 46: of what is refunded already, of more than was paid, and while it is disputed is refused cleanly', async () => {
    const order = await bought();
    expect(await codeOf(refund(order, { amount: 501 }))).toBe('422 refund_exceeds_payment');
    await refund(order);
    expect(await codeOf(refund(order))).toBe('409 already_refunded');
    const disputed = await bought();
    await system.emulator.dispute(await chargeOf(disputed));
    expect(await codeOf(refund(disputed))).toBe('409 purchase_disputed');
    const unpaid = await placeOrder(system.api, {
      wallet: await newUser(system.api),
      pack: 'starter',
    });
    expect(await codeOf(refund(unpaid))).toBe('409 refund_not_possible');
  });

  it('whose answer is lost again and again is made once', async () => {
    const order = await bought();
    for (let nth = 1; nth <= 4; nth += 1) {
      await system.emulator.fault('POST /v1/refunds', '500-after-commit', nth);
    }
    expect((await refund(order, { amount: 100 })).status).toBe(200);
    const { data } = await system.emulator.stripe(`/v1/refunds?charge=${await chargeOf(order)}`);
    expect(data).toHaveLength(1);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '400' });
  });

  it('of two at once gives back no more than was paid', async () => {
    const order = await bought();
    const answers = await Promise.all([1, 2, 3].map(() => refund(order, { amount: 400 })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '100' });
  });

  describe('and what banks warn of', () => {
    it('payment case 47: a dispute freezes codes until it is won', async () => {
      const order = await bought();
      const body = { wallet: order.wallet, pack: 'standard', promotion_code: 'WELCOME10' };
      const charge = await chargeOf(order);
      await system.emulator.dispute(charge);
      await untilQuiet(system);
      const refused = await system.api.post('/v1/purchases', body);
      expect(refused).toMatchObject({ status: 422, body: { code: 'promotion_invalid' } });
      const path = `/v1/wallets/${order.wallet}/payment-warnings`;
      expect((await system.api.get(path)).body.data).toMatchObject([
        { kind: 'dispute', purchase: order.id },
      ]);
      await system.emulator.dispute(charge, 'won');
      await until(
        'it is free again',
        async () => (await system.api.get(path)).body.data.length === 0,
      );
      expect((await placeOrder(system.api, body)).status).toBe('awaiting_payment');
    });

    it('many declined cards close the page and lock the wallet until an operator clears it', async () => {
      const wallet = await newUser(system.api);
      const order = await placeOrder(system.api, { wallet, pack: 'starter' });
      for (let count = 0; count < 3; count += 1) {
        await submitCheckout(order.checkout_url, { card_number: '4000000000000002' });
      }
      await until('the page is closed', async () => (await purchaseOf(order)).status === 'expired');
      const locked = await system.api.post('/v1/purchases', { wallet, pack: 'standard' });
      expect(locked).toMatchObject({ status: 429, body: { code: 'payments_locked' } });
      await system.api.delete(`/v1/wallets/${wallet}/payment-warnings`);
      const again = await placeOrder(system.api, { wallet, pack: 'standard' });
      await submitCheckout(again.checkout_url);
      await until('it is paid', async () => (await purchaseOf(again)).status === 'paid');
    });

    it('checkouts that are opened and left are limited by the hour', async () => {
      const wallet = await newUser(system.api);
      for (let count = 0; count < 6; count += 1) {
        await placeOrder(system.api, { wallet, credits: 600 + count });
      }
      const refused = await system.api.post('/v1/purchases', { wallet, credits: 900 });
      expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_checkouts' } });
      // What is open already is answered again.
      expect((await placeOrder(system.api, { wallet, credits: 600 })).status).toBe(
        'awaiting_payment',
      );
    });
  });

  // The last one: it moves the clock of Stripe, and pages cannot be opened for the past.
  it('payment case 43: that fails days later gives the credits back', async () => {
    const order = await bought('4000000000005126');
    await refund(order);
    expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0' });
    await system.emulator.advance(11 * 86_400);
    await until('they are back', async () => {
      return (await system.api.wallet(order.wallet)).balance === '500';
    });
    expect(await purchaseOf(order)).toMatchObject({ status: 'paid', taken_back: '0' });
    const [row] = await system.database.db<{ status: string }[]>`
      select r.status from bursar.purchase_refunds r join bursar.purchases p on p.id = r.purchase_id
      where p.checkout_session = ${order.session}`;
    expect(row?.status).toBe('failed');
  });
});

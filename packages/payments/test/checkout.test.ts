import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CheckoutRefused,
  connectStripe,
  decideCheckout,
  isTransientPaymentError,
  type CheckoutFacts,
  type CheckoutOrder,
} from '../src/index.ts';
import { newOrder, startShop, TEST_KEY, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterEach(async () => {
  await fetch(`${shop.url}/_emu/faults`, { method: 'DELETE' });
});
afterAll(() => shop.stop());

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
}

async function factsOf(session: string): Promise<CheckoutFacts> {
  const facts = await shop.gateway.readCheckout(session);
  return facts ?? expect.fail(`${session} should be known.`);
}

const decide = (facts: CheckoutFacts, order: CheckoutOrder) =>
  decideCheckout(facts, { ...order, id: order.purchaseId, livemode: false });

describe('opening the hosted page', () => {
  it('names the order everywhere it may be looked for', async () => {
    const order = await newOrder(shop);
    const { session, url } = await shop.gateway.openCheckout(order);
    const names = { kind: 'order', purchase: order.purchaseId, wallet: order.wallet };
    expect(url).toMatch(/^http/);
    expect(await shop.stripe.checkout.sessions.retrieve(session)).toMatchObject({
      mode: 'payment',
      client_reference_id: order.purchaseId,
      customer: order.customer,
      amount_subtotal: 5_000,
      currency: 'usd',
      metadata: names,
      allow_promotion_codes: true,
      adaptive_pricing: { enabled: false },
      expires_at: Math.floor(order.expiresAt.getTime() / 1_000),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
    });
    const intent = await shop.pay(session);
    expect(await shop.stripe.paymentIntents.retrieve(String(intent))).toMatchObject({
      metadata: names,
    });
  });

  it('is one page for one order, asked for again, at once or after it was paid', async () => {
    const order = await newOrder(shop);
    const [one, two] = await Promise.all([
      shop.gateway.openCheckout(order),
      shop.gateway.openCheckout(order),
    ]);
    await shop.pay(one.session);
    const three = await shop.gateway.openCheckout(order);
    expect([two.session, three.session]).toEqual([one.session, one.session]);
    const sessions = await shop.stripe.checkout.sessions.list({ customer: order.customer });
    expect(sessions.data).toHaveLength(1);
  });

  it.each(['500-after-commit', 'reset-after-commit', '429', '500-before'])(
    'is one page for one order when every answer was lost to %s and the process died',
    async (kind) => {
      const order = await newOrder(shop);
      for (const nth of [1, 2, 3, 4]) {
        await shop.control('/faults', { match: 'POST /v1/checkout/sessions', kind, nth });
      }
      const dying = connectStripe({ secretKey: TEST_KEY, apiUrl: shop.url });
      expect(isTransientPaymentError(await failureOf(dying.openCheckout(order)))).toBe(true);
      await fetch(`${shop.url}/_emu/faults`, { method: 'DELETE' });
      const { session } = await shop.gateway.openCheckout(order);
      const { data } = await shop.stripe.checkout.sessions.list({ customer: order.customer });
      expect(data.map((one) => one.id)).toEqual([session]);
    },
  );

  it('payment case 75: is put off, not lost, when Stripe has had enough of us for a moment', async () => {
    const order = await newOrder(shop);
    await shop.control('/faults', { match: 'POST /v1/checkout/sessions', kind: '429' });
    const refusal = await failureOf(shop.gateway.openCheckout(order));
    expect(isTransientPaymentError(refusal)).toBe(true);
    const { session } = await shop.gateway.openCheckout(order);
    const { data } = await shop.stripe.checkout.sessions.list({ customer: order.customer });
    expect(data.map((one) => one.id)).toEqual([session]);
  });

  it('payment case 29: takes a code of the order off, and then offers no field for another', async () => {
    const { id } = await shop.code({ percent_off: 10 });
    const { session } = await shop.gateway.openCheckout(
      await newOrder(shop, { promotion: { id }, allowCodes: true }),
    );
    expect(await factsOf(session)).toMatchObject({ total: 4_500, discount: 500, promotion: id });
    await expect(shop.pay(session, { promotion_code: 'ANY' })).rejects.toThrow(/400/);
  });

  it('offers no field for codes when that is not wanted', async () => {
    const { code } = await shop.code({ percent_off: 10 });
    const order = await newOrder(shop, { allowCodes: false });
    const { session } = await shop.gateway.openCheckout(order);
    await expect(shop.pay(session, { promotion_code: code })).rejects.toThrow(/400/);
  });
});

describe('a page that Stripe will not open', () => {
  it('payment case 31: is a refusal when the code was switched off after it had been looked up', async () => {
    const { id } = await shop.code({ percent_off: 10 });
    await shop.stripe.promotionCodes.update(id, { active: false });
    const order = await newOrder(shop, { promotion: { id } });
    const refusal = await failureOf(shop.gateway.openCheckout(order));
    expect(refusal).toBeInstanceOf(CheckoutRefused);
    expect(refusal).toMatchObject({ code: 'promotion_invalid' });
    expect(isTransientPaymentError(refusal)).toBe(false);
  });

  it('is a refusal when an outage used up its time', async () => {
    const order = await newOrder(shop, { expiresAt: new Date(Date.now() + 60_000) });
    expect(await failureOf(shop.gateway.openCheckout(order))).toMatchObject({
      name: 'CheckoutRefused',
      code: 'unavailable',
    });
  });

  it('is a refusal when so little cannot be charged', async () => {
    const order = await newOrder(shop, { subtotal: 49 });
    expect(await failureOf(shop.gateway.openCheckout(order))).toMatchObject({
      name: 'CheckoutRefused',
      code: 'purchase_too_small',
    });
  });

  it('payment case 73: is a defect, never hidden, when one key names two orders', async () => {
    const order = await newOrder(shop);
    await shop.gateway.openCheckout(order);
    const failure = await failureOf(shop.gateway.openCheckout({ ...order, subtotal: 5_001 }));
    expect(failure).toMatchObject({ type: 'StripeIdempotencyError' });
    expect(isTransientPaymentError(failure)).toBe(false);
  });
});

describe('what became of a session', () => {
  it('open: the order waits, after a declined card, too', async () => {
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    expect(await factsOf(session)).toMatchObject({ status: 'open', paymentStatus: 'unpaid' });
    await expect(shop.pay(session, { card: '4000000000000002' })).rejects.toThrow(/402/);
    expect(decide(await factsOf(session), order)).toEqual({ action: 'wait' });
  });

  it('paid: granted, with what came in', async () => {
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    const paymentIntent = await shop.pay(session);
    const facts = await factsOf(session);
    expect(facts).toEqual({
      session,
      status: 'complete',
      paymentStatus: 'paid',
      mode: 'payment',
      purchaseId: order.purchaseId,
      wallet: order.wallet,
      credits: order.credits,
      customer: order.customer,
      currency: 'usd',
      subtotal: 5_000,
      total: 5_000,
      discount: 0,
      tax: 0,
      paymentIntent,
      paymentIntentStatus: 'succeeded',
      promotion: null,
      livemode: false,
    });
    expect(decide(facts, order)).toEqual({
      action: 'grant',
      payment: { session, paidTotal: 5_000, tax: 0, discount: 0, paymentIntent, promotion: null },
    });
  });

  it('paid with a code typed on the page: granted for less, and the code is named', async () => {
    const { id, code } = await shop.code({ amount_off: 1_250, currency: 'usd' });
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    await shop.pay(session, { promotion_code: code });
    expect(decide(await factsOf(session), order)).toMatchObject({
      action: 'grant',
      payment: { paidTotal: 3_750, discount: 1_250, promotion: id },
    });
  });

  it('made free on the page: granted for nothing, without a payment', async () => {
    const { id, code } = await shop.code({ percent_off: 100 });
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    expect(await shop.pay(session, { promotion_code: code })).toBeNull();
    expect(decide(await factsOf(session), order)).toEqual({
      action: 'grant',
      payment: {
        session,
        paidTotal: 0,
        tax: 0,
        discount: 5_000,
        paymentIntent: null,
        promotion: id,
      },
    });
  });

  it('expired: closed', async () => {
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    await shop.control(`/checkout/sessions/${session}/expire`);
    expect(decide(await factsOf(session), order)).toEqual({ action: 'close', status: 'expired' });
  });

  it('paid, but for another order: left to a person', async () => {
    const order = await newOrder(shop);
    const { session } = await shop.gateway.openCheckout(order);
    await shop.pay(session);
    const other = { ...order, purchaseId: 'pur_other', subtotal: 4_999 };
    expect(decide(await factsOf(session), other)).toMatchObject({
      action: 'review',
      reason: expect.stringMatching(/the order is pur_.*; the subtotal is 5000/),
    });
  });

  it('unknown: null, and an outage is not mistaken for that', async () => {
    expect(await shop.gateway.readCheckout('cs_test_of_nobody')).toBeNull();
    for (const nth of [1, 2, 3]) {
      await shop.control('/faults', { match: 'GET *', kind: '500-before', nth });
    }
    const failure = await failureOf(shop.gateway.readCheckout('cs_test_of_nobody'));
    expect(isTransientPaymentError(failure)).toBe(true);
  });
});

import type { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf, type StripeUnderTest } from './under-test/open-stripe.ts';

const under = holdContract();
const RETURN = {
  success_url: 'https://example.com/return?session_id={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://example.com/cancel',
};
const BROWSER = 'the hosted page takes a card only from a person in a browser';

/** The page of an order, exactly as `openCheckout` asks for it. */
async function orderPage(
  { stripe, run }: StripeUnderTest,
  amount = 1500,
): Promise<Stripe.Checkout.SessionCreateParams> {
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  const metadata = { kind: 'order', purchase: `pur_${run}`, wallet: 'user:ada' };
  return {
    mode: 'payment',
    customer,
    client_reference_id: `pur_${run}`,
    metadata,
    payment_intent_data: { metadata, setup_future_usage: 'off_session' },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: amount,
          product_data: { name: '1,500 credits' },
        },
      },
    ],
    adaptive_pricing: { enabled: false },
    allow_promotion_codes: true,
    ...RETURN,
    expires_at: Math.floor(Date.now() / 1_000) + 3_600,
  };
}

describe('the page of an order', () => {
  test('opens with everything that Bursar sends, and shows what Bursar reads', async () => {
    const params = await orderPage(under());
    const session = await under().stripe.checkout.sessions.create(params);
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      mode: 'payment',
      livemode: false,
      client_reference_id: params.client_reference_id,
      metadata: params.metadata,
      customer: params.customer,
      currency: 'usd',
      amount_subtotal: 1500,
      amount_total: 1500,
      total_details: { amount_discount: 0, amount_tax: 0 },
      payment_intent: null,
      subscription: null,
      expires_at: params.expires_at,
    });
    expect(session.id).toMatch(/^cs_test_/);
    expect(session.url).toMatch(/^https?:\/\//);
  });

  test('is the same one for the same key, and another text under that key is refused', async () => {
    const { stripe, run } = under();
    const params = await orderPage(under());
    const options = { idempotencyKey: `order:${run}:cs:1` };
    const once = await stripe.checkout.sessions.create(params, options);
    const again = await stripe.checkout.sessions.create(params, options);
    expect([again.id, again.url]).toEqual([once.id, once.url]);
    const changed = { ...params, client_reference_id: 'pur_other' };
    expect(await refusalOf(stripe.checkout.sessions.create(changed, options))).toMatchObject({
      type: 'StripeIdempotencyError',
      rawType: 'idempotency_error',
      statusCode: 400,
    });
  });

  test('payment case 73: a key is bound to its address, too', async () => {
    const { stripe, run } = under();
    const options = { idempotencyKey: `bound:${run}` };
    await stripe.customers.create({ name: 'Ada' }, options);
    const refusal = await refusalOf(stripe.products.create({ name: 'Ada' }, options));
    expect(refusal).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  test('refuses what cannot be sold, naming the parameter', async () => {
    const { stripe } = under();
    const params = await orderPage(under());
    const create = (change: object) =>
      refusalOf(stripe.checkout.sessions.create({ ...params, ...change }));
    const now = Math.floor(Date.now() / 1_000);
    const item = params.line_items?.[0];
    const cheap = { ...item, price_data: { ...item?.price_data, unit_amount: 10 } };
    expect(await create({ line_items: [cheap] })).toMatchObject({ code: 'amount_too_small' });
    expect(await create({ expires_at: now + 60 })).toMatchObject({ param: 'expires_at' });
    expect(await create({ expires_at: now + 2 * 86_400 })).toMatchObject({ param: 'expires_at' });
    expect(await create({ customer: 'cus_doesnotexist1' })).toMatchObject({
      code: 'resource_missing',
      param: 'customer',
    });
    const { allow_promotion_codes: _codes, ...plain } = params;
    const code = { ...plain, discounts: [{ promotion_code: 'promo_doesnotexist1' }] };
    const unknown = await refusalOf(stripe.checkout.sessions.create(code));
    expect(unknown.param).toMatch(/^discounts/);
    expect(await create({ colour: 'red' })).toMatchObject({
      code: 'parameter_unknown',
      param: 'colour',
    });
    expect(await create({ payment_method_types: ['card'] })).toMatchObject({
      code: 'payment_method_types_no_longer_supported',
    });
    for (const { statusCode, type } of [unknown, await create({ success_url: 'nowhere' })]) {
      expect([statusCode, type]).toEqual([400, 'StripeInvalidRequestError']);
    }
  });

  test('never takes a code of ours and codes of the customer together', async () => {
    const { stripe } = under();
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    const params = await orderPage(under());
    const discounts = [{ promotion_code: code.id }];
    const both = await refusalOf(stripe.checkout.sessions.create({ ...params, discounts }));
    expect(both).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    const { allow_promotion_codes: _codes, ...plain } = params;
    const session = await stripe.checkout.sessions.create({ ...plain, discounts });
    expect(session).toMatchObject({
      amount_subtotal: 1500,
      amount_total: 1350,
      total_details: { amount_discount: 150 },
      discounts: [{ promotion_code: code.id }],
    });
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(0);
  });

  test('ends when it is told to, once, and is never payable again', async () => {
    const { stripe, run } = under();
    const { id } = await stripe.checkout.sessions.create(await orderPage(under()));
    const options = { idempotencyKey: `order:${run}:expire` };
    const ended = await stripe.checkout.sessions.expire(id, {}, options);
    expect(ended).toMatchObject({ id, status: 'expired', payment_status: 'unpaid', url: null });
    const replayed = await stripe.checkout.sessions.expire(id, {}, options);
    expect(replayed.status).toBe('expired');
    expect(await refusalOf(stripe.checkout.sessions.expire(id))).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
    });
  });

  test('is found by its id and in lists, with its payment in place of an id', async () => {
    const { stripe } = under();
    const params = await orderPage(under());
    const { id, created } = await stripe.checkout.sessions.create(params);
    const one = await stripe.checkout.sessions.retrieve(id, {
      expand: ['payment_intent', 'line_items'],
    });
    expect(one.line_items?.data).toMatchObject([
      { quantity: 1, amount_subtotal: 1500, amount_total: 1500 },
    ]);
    const list = await stripe.checkout.sessions.list({
      limit: 100,
      created: { gte: created, lt: created + 1 },
      expand: ['data.payment_intent'],
    });
    expect(list.data.map((session) => session.id)).toContain(id);
    const open = await stripe.checkout.sessions.list({
      customer: String(params.customer),
      status: 'open',
    });
    expect(open.data.map((session) => session.id)).toEqual([id]);
    expect(
      await refusalOf(stripe.checkout.sessions.retrieve('cs_test_doesnotexist1')),
    ).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  test('that is paid is complete, with its payment and the saved card', async () => {
    const { stripe, onlyEmulated } = under();
    await onlyEmulated('a paid order and the fields of its session', BROWSER, async (control) => {
      const params = await orderPage(under());
      const { id } = await stripe.checkout.sessions.create(params);
      await control(`/checkout/sessions/${id}/complete`);
      const paid = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
      expect(paid).toMatchObject({
        status: 'complete',
        payment_status: 'paid',
        amount_total: 1500,
        payment_intent: {
          status: 'succeeded',
          amount_received: 1500,
          metadata: params.metadata,
          customer: params.customer,
        },
      });
      const cards = await stripe.customers.listPaymentMethods(String(params.customer));
      expect(cards.data).toHaveLength(1);
      expect(await refusalOf(stripe.checkout.sessions.expire(id))).toMatchObject({
        statusCode: 400,
      });
    });
  });

  test('payment case 26: that costs nothing needs no payment', async () => {
    const { stripe, onlyEmulated } = under();
    const coupon = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
    const { allow_promotion_codes: _codes, ...plain } = await orderPage(under());
    const session = await stripe.checkout.sessions.create({
      ...plain,
      discounts: [{ coupon: coupon.id }],
    });
    expect(session).toMatchObject({ amount_subtotal: 1500, amount_total: 0 });
    await onlyEmulated('completing a free order', BROWSER, async (control) => {
      await control(`/checkout/sessions/${session.id}/complete`);
      expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
        status: 'complete',
        payment_status: 'no_payment_required',
        payment_intent: null,
      });
    });
  });
});

test('A page for saving a card has a setup intent and no sums', async () => {
  const { stripe, onlyEmulated } = under();
  const { id: customer } = await stripe.customers.create({});
  const metadata = { kind: 'card_setup', wallet: 'user:ada' };
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    customer,
    currency: 'usd',
    metadata,
    setup_intent_data: { metadata },
    ...RETURN,
  });
  expect(session).toMatchObject({
    mode: 'setup',
    status: 'open',
    payment_status: 'no_payment_required',
    amount_total: null,
    payment_intent: null,
  });
  const read = () => stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] });
  expect((await read()).setup_intent).toMatchObject({ status: 'requires_payment_method' });
  await onlyEmulated('saving a card on the page', BROWSER, async (control) => {
    await control(`/checkout/sessions/${session.id}/complete`);
    const { setup_intent: setup } = await read();
    expect(setup).toMatchObject({ status: 'succeeded', metadata });
  });
});

test('A page for subscribing shows the plan and makes no subscription before it is paid', async () => {
  const { stripe, run, onlyEmulated } = under();
  const { id: customer } = await stripe.customers.create({});
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product_data: { name: `Team ${run}` },
  });
  const metadata = { kind: 'subscription', wallet: 'user:ada', plan: 'team' };
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer,
    client_reference_id: `sbs_${run}`,
    metadata,
    subscription_data: { metadata, trial_period_days: 14 },
    line_items: [{ price: price.id, quantity: 3 }],
    adaptive_pricing: { enabled: false },
    allow_promotion_codes: true,
    ...RETURN,
  });
  expect(session).toMatchObject({
    mode: 'subscription',
    status: 'open',
    subscription: null,
    invoice: null,
    currency: 'usd',
    amount_total: 0,
  });
  expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
  await onlyEmulated('subscribing on the page', BROWSER, async (control) => {
    await control(`/checkout/sessions/${session.id}/complete`);
    const { subscription: made } = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription'],
    });
    expect(made).toMatchObject({
      status: 'trialing',
      metadata,
      items: { data: [{ quantity: 3 }] },
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { newSession, refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { DAY_SECONDS, monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());
beforeEach(() => {
  shop.received.length = 0;
});

describe('subscribing through Checkout', () => {
  it('begins a subscription with a paid first invoice', async () => {
    const price = await monthlyPrice(shop.stripe, 2000);
    const { session, subscription, invoice, customer } = await subscribe(shop, price, {
      line_items: [{ price: price.id, quantity: 3 }],
      client_reference_id: 'order_1',
      subscription_data: { metadata: { wallet: 'w1' }, description: 'Team plan' },
    });
    expect(session).toMatchObject({
      mode: 'subscription',
      status: 'complete',
      payment_status: 'paid',
      payment_intent: null,
      amount_total: 6000,
      client_reference_id: 'order_1',
    });
    expect(subscription).toMatchObject({
      status: 'active',
      customer,
      metadata: { wallet: 'w1' },
      description: 'Team plan',
      items: { data: [{ quantity: 3, price: { id: price.id } }] },
    });
    const item = subscription.items.data[0];
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      amount_paid: 6000,
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: subscription.id, metadata: { wallet: 'w1' } },
      },
      lines: {
        data: [
          {
            amount: 6000,
            quantity: 3,
            period: { start: item?.current_period_start, end: item?.current_period_end },
            pricing: { price_details: { price: price.id } },
            parent: {
              type: 'subscription_item_details',
              subscription_item_details: { subscription_item: item?.id, proration: false },
            },
          },
        ],
      },
    });
    const method = await shop.stripe.paymentMethods.retrieve(
      idOf(subscription.default_payment_method),
    );
    expect(method.customer).toBe(customer);
  });

  it('has no subscription before somebody completes it, and none after a decline', async () => {
    const price = await monthlyPrice(shop.stripe);
    const session = await newSession(shop.stripe, 0, {
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 1 }],
    });
    expect(session).toMatchObject({ subscription: null, invoice: null });
    const path = `/_emu/checkout/sessions/${session.id}/complete`;
    const declined = await shop.control('POST', path, { card: '4000000000000002' });
    expect(declined.status).toBe(402);
    const { data } = await shop.stripe.subscriptions.list({ price: price.id, status: 'all' });
    expect(data).toEqual([]);
    expect((await shop.control('POST', path)).status).toBe(200);
    const after = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect(after.subscription).toMatch(/^sub_/);
    expect(after.customer).toMatch(/^cus_/);
  });

  it('announces the paid invoice before the subscription and the session', async () => {
    const price = await monthlyPrice(shop.stripe);
    await subscribe(shop, price);
    const { data } = await shop.stripe.events.list({ limit: 20 });
    const types = data.map(({ type }) => type).toReversed();
    const order = types.filter((type) => /^(invoice\.|customer\.subscription|checkout)/.test(type));
    expect(order.slice(-7)).toEqual([
      'invoice.created',
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.created',
      'checkout.session.completed',
    ]);
    await vi.waitFor(() => expect(shop.types()).toContain('checkout.session.completed'), 60_000);
  });

  it('refuses what does not belong to its mode', async () => {
    const { stripe } = shop;
    const recurring = await monthlyPrice(stripe);
    const inPayment = await refusalOf(
      newSession(stripe, 0, { line_items: [{ price: recurring.id, quantity: 1 }] }),
    );
    expect(inPayment.message).toContain('recurring price');
    const oneTime = await refusalOf(newSession(stripe, 1000, { mode: 'subscription' }));
    expect(oneTime.code).toBe('parameter_missing');
    const intentData = await refusalOf(
      newSession(stripe, 0, {
        mode: 'subscription',
        line_items: [{ price: recurring.id, quantity: 1 }],
        payment_intent_data: { metadata: { a: '1' } },
      }),
    );
    expect(intentData.param).toBe('payment_intent_data');
  });

  it('bills a one-time price along with the first invoice only', async () => {
    const price = await monthlyPrice(shop.stripe, 1000);
    const setUp = await shop.stripe.prices.create({
      currency: 'usd',
      unit_amount: 5000,
      product_data: { name: 'Set-up' },
    });
    const { invoice, subscription } = await subscribe(shop, price, {
      line_items: [
        { price: price.id, quantity: 1 },
        { price: setUp.id, quantity: 1 },
      ],
    });
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([1000, 5000]);
    expect(subscription.items.data).toHaveLength(1);
    await passPeriod(shop, subscription);
    const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
    expect(data.map(({ total }) => total)).toEqual([1000, 6000]);
  });
});

describe('a trial', () => {
  it('asks for a card, costs nothing at first, and is billed when it ends', async () => {
    const price = await monthlyPrice(shop.stripe, 2000);
    const { session, subscription, invoice } = await subscribe(shop, price, {
      subscription_data: { trial_period_days: 14 },
    });
    expect(session).toMatchObject({ amount_total: 0, payment_status: 'no_payment_required' });
    expect(subscription.status).toBe('trialing');
    expect(Number(subscription.trial_end) - Number(subscription.trial_start)).toBe(
      14 * DAY_SECONDS,
    );
    expect(invoice).toMatchObject({ status: 'paid', total: 0, amount_paid: 0 });
    expect(invoice.lines.data[0]?.amount).toBe(0);
    await passPeriod(shop, subscription);
    const after = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(after.status).toBe('active');
    expect(after.items.data[0]?.current_period_start).toBe(subscription.trial_end);
    const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
    expect(data.map(({ amount_paid: paid }) => paid)).toEqual([2000, 0]);
    const notices = await shop.stripe.events.list({ type: 'customer.subscription.trial_will_end' });
    expect(notices.data).toHaveLength(1);
  });
});

it('a receipt invoice of a one-time payment is announced as paid, but has no parent', async () => {
  const { stripe } = shop;
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const open = await newSession(stripe, 1000, {
    customer: customer.id,
    invoice_creation: { enabled: true, invoice_data: { metadata: { order: 'o1' } } },
  });
  await shop.control('POST', `/_emu/checkout/sessions/${open.id}/complete`);
  const session = await stripe.checkout.sessions.retrieve(open.id, { expand: ['invoice'] });
  expect(session.invoice).toMatchObject({
    status: 'paid',
    billing_reason: 'manual',
    parent: null,
    amount_paid: 1000,
    metadata: { order: 'o1' },
    lines: { data: [{ amount: 1000, parent: { type: 'invoice_item_details' } }] },
  });
  const { data } = await stripe.events.list({ type: 'invoice.paid', limit: 1 });
  expect(data[0]?.data.object).toMatchObject({ id: idOf(session.invoice), parent: null });
  const payments = await stripe.invoicePayments.list({ invoice: idOf(session.invoice) });
  expect(payments.data[0]?.payment.payment_intent).toBe(session.payment_intent);
});

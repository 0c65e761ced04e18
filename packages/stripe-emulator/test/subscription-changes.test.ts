import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { advance, DAY_SECONDS, monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

async function invoicesOf(subscription: Stripe.Subscription): Promise<Stripe.Invoice[]> {
  const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
  return data;
}

async function customerWithCard(): Promise<string> {
  const customer = await shop.stripe.customers.create({ email: 'ada@example.com' });
  await shop.control('POST', `/_emu/customers/${customer.id}/card`, { card: '4242424242424242' });
  return customer.id;
}

/** One line of each price, `amount` negative for a credit. */
function isProration(line: Stripe.InvoiceLineItem): boolean {
  return line.parent?.subscription_item_details?.proration ?? false;
}

describe('an upgrade in the middle of a period', () => {
  it('credits and charges the time that is left, on an invoice of its own when asked to', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe, 3000));
    const item = subscription.items.data[0];
    const start = Number(item?.current_period_start);
    const whole = Number(item?.current_period_end) - start;
    const bigger = await monthlyPrice(shop.stripe, 9000);
    const after = await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: bigger.id }],
      proration_behavior: 'always_invoice',
      proration_date: start + whole / 2,
    });
    expect(after.items.data[0]).toMatchObject({
      id: item?.id,
      price: { id: bigger.id },
      current_period_end: item?.current_period_end,
    });
    const [update] = await invoicesOf(subscription);
    expect(update).toMatchObject({
      billing_reason: 'subscription_update',
      status: 'paid',
      total: 3000,
    });
    expect(update?.lines.data.map((line) => [line.amount, isProration(line)])).toEqual([
      [-1500, true],
      [4500, true],
    ]);
    expect(
      update?.lines.data.map(({ pricing }) => idOf(pricing?.price_details?.price ?? null)),
    ).toEqual([item?.price.id, bigger.id]);
  });

  it('waits for the next invoice by default, and leaves no trace when not prorated', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe, 3000));
    const item = subscription.items.data[0]?.id ?? '';
    const bigger = await monthlyPrice(shop.stripe, 9000);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, quantity: 2 }],
      proration_behavior: 'none',
    });
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: bigger.id }],
    });
    expect(await invoicesOf(subscription)).toHaveLength(1);
    await passPeriod(shop, subscription);
    const [renewal] = await invoicesOf(subscription);
    const regular = renewal?.lines.data.filter((line) => !isProration(line)) ?? [];
    expect(regular.map(({ amount }) => amount)).toEqual([9000]);
    expect(renewal?.lines.data.filter((line) => isProration(line))).toHaveLength(2);
  });

  it('to another interval begins a new period at once', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe, 3000));
    const yearly = await monthlyPrice(shop.stripe, 30_000, { recurring: { interval: 'year' } });
    await advance(shop, 10 * DAY_SECONDS);
    const item = subscription.items.data[0]?.id ?? '';
    const after = await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: yearly.id }],
    });
    const [moved] = after.items.data;
    expect(after.billing_cycle_anchor).toBe(moved?.current_period_start);
    expect(Number(moved?.current_period_end) - Number(moved?.current_period_start)).toBeGreaterThan(
      364 * DAY_SECONDS,
    );
    const [update] = await invoicesOf(subscription);
    const [credit, year] = update?.lines.data ?? [];
    expect(credit?.amount).toBeLessThan(0);
    expect(year).toMatchObject({
      amount: 30_000,
      parent: { subscription_item_details: { proration: false } },
    });
  });

  it('downwards leaves credit with the customer, which the next invoice uses', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe, 9000));
    const item = subscription.items.data[0];
    const smaller = await monthlyPrice(shop.stripe, 1000);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: smaller.id }],
      proration_behavior: 'always_invoice',
      proration_date: Number(item?.current_period_start),
    });
    const [update] = await invoicesOf(subscription);
    expect(update).toMatchObject({
      total: -8000,
      amount_due: 0,
      status: 'paid',
      ending_balance: -8000,
    });
    const owner = await shop.stripe.customers.retrieve(customer);
    expect(owner).toMatchObject({ balance: -8000 });
    await passPeriod(shop, subscription);
    const [renewal] = await invoicesOf(subscription);
    expect(renewal).toMatchObject({
      total: 1000,
      amount_due: 0,
      starting_balance: -8000,
      ending_balance: -7000,
    });
  });
});

describe('cancelling', () => {
  it('at the end of the period bills nothing more and can be taken back until then', async () => {
    const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const { stripe } = shop;
    const ending = await stripe.subscriptions.update(subscription.id, {
      cancel_at_period_end: true,
    });
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at: subscription.items.data[0]?.current_period_end,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    const resumed = await stripe.subscriptions.update(subscription.id, {
      cancel_at_period_end: false,
    });
    expect(resumed).toMatchObject({ cancel_at: null, canceled_at: null });
    await passPeriod(shop, subscription);
    expect(await invoicesOf(subscription)).toHaveLength(2);
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await passPeriod(shop, subscription);
    const ended = await stripe.subscriptions.retrieve(subscription.id);
    expect(ended.status).toBe('canceled');
    expect(await invoicesOf(subscription)).toHaveLength(2);
    const events = await stripe.events.list({ type: 'customer.subscription.deleted' });
    expect(events.data[0]?.data.object).toMatchObject({ id: subscription.id });
  });

  it('at once ends it for good; lists leave it out unless asked', async () => {
    const { stripe } = shop;
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(stripe));
    const ended = await stripe.subscriptions.cancel(subscription.id, {
      cancellation_details: { comment: 'too dear', feedback: 'too_expensive' },
    });
    expect(ended).toMatchObject({
      status: 'canceled',
      cancellation_details: { comment: 'too dear' },
    });
    expect((await stripe.subscriptions.list({ customer })).data).toEqual([]);
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toHaveLength(1);
    expect((await refusalOf(stripe.subscriptions.cancel(subscription.id))).statusCode).toBe(404);
    const refusal = await refusalOf(
      stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false }),
    );
    expect(refusal.message).toContain('canceled subscription');
  });

  it('comes with the deletion of the customer', async () => {
    const { subscription, customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await shop.stripe.customers.del(customer);
    const ended = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(ended.status).toBe('canceled');
  });
});

describe('a subscription from the API', () => {
  it('charges the saved card and is active', async () => {
    const customer = await customerWithCard();
    const price = await monthlyPrice(shop.stripe);
    const subscription = await shop.stripe.subscriptions.create({
      customer,
      items: [{ price: price.id, quantity: 2 }],
      metadata: { wallet: 'w1' },
      expand: ['latest_invoice.payments', 'items.data.price.product'],
    });
    expect(subscription).toMatchObject({
      status: 'active',
      latest_invoice: { status: 'paid', total: 4000, payments: { data: [{ status: 'paid' }] } },
      items: { data: [{ price: { product: { object: 'product' } } }] },
    });
  });

  it('is incomplete without a card, and expires a day later', async () => {
    const customer = await shop.stripe.customers.create({});
    const price = await monthlyPrice(shop.stripe);
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
    });
    expect(subscription.status).toBe('incomplete');
    await advance(shop, DAY_SECONDS);
    const expired = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(expired.status).toBe('incomplete_expired');
    expect((await invoicesOf(subscription))[0]?.status).toBe('void');
  });

  it('becomes active when its first invoice is paid after all', async () => {
    const customer = await shop.stripe.customers.create({});
    const price = await monthlyPrice(shop.stripe);
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
    });
    await shop.control('POST', `/_emu/customers/${customer.id}/card`, { card: '4242424242424242' });
    await shop.stripe.invoices.pay(idOf(subscription.latest_invoice));
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    await passPeriod(shop, subscription);
    expect((await invoicesOf(subscription)).map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it('shows ten lines inside of an invoice and all of them at their own address', async () => {
    const customer = await customerWithCard();
    const prices = [];
    for (let index = 0; index < 12; index++)
      prices.push(await monthlyPrice(shop.stripe, 100 + index));
    const subscription = await shop.stripe.subscriptions.create({
      customer,
      items: prices.map(({ id }) => ({ price: id })),
    });
    const [invoice] = await invoicesOf(subscription);
    expect(invoice?.lines).toMatchObject({ has_more: true });
    expect(invoice?.lines.data).toHaveLength(10);
    const lines = [];
    for await (const line of shop.stripe.invoices.listLineItems(invoice?.id ?? '', { limit: 5 }))
      lines.push(line.amount);
    expect(lines).toEqual(prices.map((price) => price.unit_amount));
  });
});

describe('a discount', () => {
  it.each([
    ['once', { duration: 'once' }, [1500, 2000, 2000]],
    ['for two months', { duration: 'repeating', duration_in_months: 2 }, [1500, 1500, 2000]],
    ['for ever', { duration: 'forever' }, [1500, 1500, 1500]],
  ] as const)('that holds %s is on exactly those invoices', async (_name, duration, totals) => {
    const { stripe } = shop;
    const coupon = await stripe.coupons.create({ percent_off: 25, ...duration });
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    const price = await monthlyPrice(stripe, 2000);
    const { session, subscription } = await subscribe(
      shop,
      price,
      { allow_promotion_codes: true },
      { promotion_code: code.code },
    );
    expect(session).toMatchObject({ amount_total: 1500, total_details: { amount_discount: 500 } });
    await passPeriod(shop, subscription);
    await passPeriod(shop, subscription);
    const invoices = (await invoicesOf(subscription)).toReversed();
    expect(invoices.map(({ total }) => total)).toEqual(totals);
    expect(invoices[0]?.total_discount_amounts).toMatchObject([{ amount: 500 }]);
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1);
  });

  it('of 100 % makes the first invoice free, and the card pays for the second', async () => {
    const coupon = await shop.stripe.coupons.create({ percent_off: 100, duration: 'once' });
    const { session, subscription } = await subscribe(shop, await monthlyPrice(shop.stripe), {
      discounts: [{ coupon: coupon.id }],
    });
    expect(session).toMatchObject({ amount_total: 0, payment_status: 'no_payment_required' });
    expect(subscription.status).toBe('active');
    await passPeriod(shop, subscription);
    expect((await invoicesOf(subscription)).map(({ amount_paid: paid }) => paid)).toEqual([
      2000, 0,
    ]);
  });
});

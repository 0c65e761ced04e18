import { PlanTerms } from '@bursar/contracts';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeSubscription } from '../src/subscriptions/change-subscription.ts';
import { startShop, TEST_KEY, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const termsOf = (plan: string, amount: number): PlanTerms => ({
  plan,
  name: plan,
  credits: '100000000',
  amount,
  currency: 'usd',
  every: 'month',
  lookup_key: `bursar_${plan}`,
  rollover_cap: '0',
  grace_hours: 72,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'difference',
});

it('a change whose answer was lost is found done, and charged once', async () => {
  const { subscriptions } = shop.gateway;
  const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.com' });
  const { session } = await subscriptions.openCheckout({
    subscription: 'sbs_1',
    wallet: 'user:ada',
    terms: termsOf('small', 1_000),
    customer,
    quantity: 1,
    successUrl: 'http://shop.test/return',
    cancelUrl: 'http://shop.test/cancelled',
  });
  await shop.pay(session);
  const id = String(await subscriptions.ofSession(session));
  const asked = { change: 'plan', terms: termsOf('large', 9_000), quantity: 2 } as const;
  expect(await subscriptions.change(id, asked, 'change-1')).toEqual({ ok: true });
  expect(await subscriptions.change(id, asked, 'change-1')).toEqual({ ok: true });
  const { data } = await shop.stripe.invoices.list({ subscription: id });
  expect(data.map((invoice) => invoice.billing_reason)).toEqual([
    'subscription_update',
    'subscription_create',
  ]);
  expect(await subscriptions.read(id)).toMatchObject({
    quantity: 2,
    sold: { terms: { plan: 'large' } },
  });
});

it('a smaller plan begins with the next period, once, and going back calls it off for nothing', async () => {
  const { subscriptions } = shop.gateway;
  const { id: customer } = await shop.stripe.customers.create({ email: 'bob@example.com' });
  const large = termsOf('vast', 9_000);
  const { session } = await subscriptions.openCheckout({
    subscription: 'sbs_2',
    wallet: 'user:bob',
    terms: large,
    customer,
    quantity: 1,
    successUrl: 'http://shop.test/return',
    cancelUrl: 'http://shop.test/cancelled',
  });
  await shop.pay(session);
  const id = String(await subscriptions.ofSession(session));
  const change = (terms: PlanTerms, key: string, quantity = 1) =>
    subscriptions.change(id, { change: 'plan', terms, quantity }, key);
  const smaller = termsOf('modest', 2_000);
  for (const key of ['down', 'down', 'down-again']) {
    expect(await change(smaller, key)).toEqual({ ok: true });
  }
  expect(await subscriptions.read(id)).toMatchObject({
    sold: { terms: { plan: 'vast' } },
    next: { terms: { plan: 'modest' }, quantity: 1 },
  });
  expect(await change(termsOf('tiny', 1_000), 'further', 3)).toEqual({ ok: true });
  expect(await subscriptions.read(id)).toMatchObject({
    next: { terms: { plan: 'tiny' }, quantity: 3 },
  });
  for (const key of ['back', 'back']) expect(await change(large, key)).toEqual({ ok: true });
  expect(await subscriptions.read(id)).toMatchObject({ next: null, schedule: null });
  await change(smaller, 'down-3');
  expect(await subscriptions.change(id, { change: 'cancel' }, 'end')).toEqual({ ok: true });
  expect(await subscriptions.read(id)).toMatchObject({ next: null, cancelAt: expect.any(String) });
  expect(await change(smaller, 'down-4')).toMatchObject({ code: 'subscription_not_active' });
  const { data } = await shop.stripe.invoices.list({ subscription: id });
  expect(data).toHaveLength(1);
});

/** Somebody new who subscribed to a plan of 90 dollars, perhaps with a promotion code. */
async function subscriber(name: string, code?: string) {
  const { subscriptions } = shop.gateway;
  const { id: customer } = await shop.stripe.customers.create({ email: `${name}@example.com` });
  const { session } = await subscriptions.openCheckout({
    subscription: `sbs_${name}`,
    wallet: `user:${name}`,
    terms: termsOf('vast', 9_000),
    customer,
    quantity: 1,
    successUrl: 'http://shop.test/return',
    cancelUrl: 'http://shop.test/cancelled',
  });
  await shop.pay(session, code === undefined ? {} : { promotion_code: code });
  const id = String(await subscriptions.ofSession(session));
  const change = (terms: PlanTerms, key: string) =>
    subscriptions.change(id, { change: 'plan', terms, quantity: 1 }, key);
  return { id, customer, change, read: () => subscriptions.read(id) };
}

it('a declined larger plan leaves the smaller one that was planned', async () => {
  const { id, customer, change, read } = await subscriber('eve');
  await change(termsOf('modest', 2_000), 'eve-down');
  const card = await shop.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await shop.stripe.subscriptions.update(id, { default_payment_method: card.id });
  const larger = termsOf('huge', 20_000);
  expect(await change(larger, 'eve-up')).toMatchObject({ ok: false, code: 'payment_refused' });
  expect(await read()).toMatchObject({
    sold: { terms: { plan: 'vast' } },
    next: { terms: { plan: 'modest' } },
  });
  const visa = await shop.stripe.paymentMethods.attach('pm_card_visa', { customer });
  await shop.stripe.subscriptions.update(id, { default_payment_method: visa.id });
  expect(await change(larger, 'eve-up-again')).toEqual({ ok: true });
  expect(await read()).toMatchObject({ sold: { terms: { plan: 'huge' } }, next: null });
});

it('a larger plan that was paid for before its worker died calls the smaller one off', async () => {
  const { id, change, read } = await subscriber('fay');
  await change(termsOf('modest', 2_000), 'fay-down');
  const state = await read();
  const larger = termsOf('huge', 20_000);
  const lost = await subscriber('fay2');
  await lost.change(larger, 'fay2-up');
  const price = String((await lost.read())?.price);
  await shop.stripe.subscriptions.update(id, {
    items: [{ id: String(state?.item), price, quantity: 1 }],
    metadata: { plan: 'huge', name: 'huge', amount: '20000', lookup_key: 'bursar_huge' },
    proration_behavior: 'always_invoice',
  });
  expect(await change(larger, 'fay-up')).toEqual({ ok: true });
  expect(await read()).toMatchObject({ sold: { terms: { plan: 'huge' } }, next: null });
  expect((await shop.stripe.invoices.list({ subscription: id })).data).toHaveLength(2);
});

it('a planned smaller plan keeps what takes something off, now and afterwards', async () => {
  const code = await shop.code({ percent_off: 50, duration: 'forever' }, { code: 'HALF' });
  const { id, change, read } = await subscriber('gil', code.code);
  const [given] = (await read())?.discounts ?? [];
  expect(await change(termsOf('modest', 2_000), 'gil-down')).toEqual({ ok: true });
  expect((await read())?.discounts).toEqual([given]);
  const { schedule } = await shop.stripe.subscriptions.retrieve(id, { expand: ['schedule'] });
  const phases = typeof schedule === 'object' ? schedule?.phases : undefined;
  expect(phases?.map(({ discounts }) => discounts.map(({ discount }) => discount))).toEqual([
    [given?.id],
    [given?.id],
  ]);
});

it('a discount that ends with the period is not carried into the next', async () => {
  const terms = { percent_off: 50, duration: 'repeating', duration_in_months: 1 } as const;
  const code = await shop.code(terms, { code: 'FIRST' });
  const { id, change } = await subscriber('hal', code.code);
  expect(await change(termsOf('modest', 2_000), 'hal-down')).toEqual({ ok: true });
  const { schedule } = await shop.stripe.subscriptions.retrieve(id, { expand: ['schedule'] });
  const phases = typeof schedule === 'object' ? schedule?.phases : undefined;
  expect(phases?.map(({ discounts }) => discounts.length)).toEqual([1, 0]);
});

it('what changes at Stripe while a smaller plan is being planned is not undone', async () => {
  const { id, read } = await subscriber('ivy');
  const item = String((await read())?.item);
  // Somebody in the dashboard is faster than the second step.
  const overtaken: typeof fetch = async (request, init) => {
    const url = new URL(request instanceof Request ? request.url : request);
    if (url.pathname === '/v1/subscription_schedules')
      await shop.stripe.subscriptions.update(id, { items: [{ id: item, quantity: 3 }] });
    return fetch(request, init);
  };
  const { hostname: host, port } = new URL(shop.url);
  const stripe = new Stripe(TEST_KEY, {
    host,
    port,
    protocol: 'http',
    httpClient: Stripe.createFetchHttpClient(overtaken),
  });
  const smaller = { change: 'plan', terms: termsOf('modest', 2_000), quantity: 1 } as const;
  expect(await changeSubscription(stripe, id, smaller, 'ivy-down')).toEqual({ ok: true });
  expect(await read()).toMatchObject({
    quantity: 3,
    sold: { terms: { plan: 'vast' } },
    next: { terms: { plan: 'modest' }, quantity: 1 },
  });
});

import { PlanTerms } from '@bursar/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startShop, type Shop } from './harness/start-shop.ts';

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

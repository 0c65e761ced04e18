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

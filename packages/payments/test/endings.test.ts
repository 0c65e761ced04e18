import { PlanTerms } from '@bursar/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const terms: PlanTerms = {
  plan: 'small',
  name: 'small',
  credits: '100000000',
  amount: 1_000,
  currency: 'usd',
  every: 'month',
  lookup_key: 'bursar_small',
  rollover_cap: '0',
  grace_hours: 72,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'difference',
};

async function subscribed(number: number) {
  const { subscriptions } = shop.gateway;
  const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.com' });
  const { session } = await subscriptions.openCheckout({
    subscription: `sbs_${number}`,
    wallet: 'user:ada',
    terms,
    customer,
    quantity: 1,
    successUrl: 'http://shop.test/return',
    cancelUrl: 'http://shop.test/cancelled',
  });
  await shop.pay(session);
  const id = String(await subscriptions.ofSession(session));
  const bill = await subscriptions.readInvoice(
    String((await subscriptions.read(id))?.latestInvoice),
  );
  return { id, customer, payments: bill?.paymentIntents ?? [] };
}

it('ends a subscription at once, and ending it again is no failure', async () => {
  const { id } = await subscribed(1);
  for (const key of ['one', 'one', 'two']) await shop.gateway.subscriptions.end(id, key);
  expect((await shop.gateway.subscriptions.read(id))?.status).toBe('canceled');
});

it('gives the money of a bill back once, whoever else gave a part of it back before', async () => {
  const { payments } = await subscribed(2);
  const [payment] = payments;
  await shop.stripe.refunds.create({ payment_intent: String(payment), amount: 300 });
  for (const key of ['one', 'one', 'two']) {
    expect(await shop.gateway.subscriptions.refundBill(payments, key)).toEqual({ ok: true });
  }
  expect(await shop.gateway.refundedOf(String(payment))).toMatchObject({ refunded: 1_000 });
});

it('says why the money of a bill cannot be given back', async () => {
  const { payments } = await subscribed(3);
  const { data } = await shop.stripe.charges.list({ payment_intent: String(payments[0]) });
  await shop.control(`/charges/${data[0]?.id}/dispute`);
  expect(await shop.gateway.subscriptions.refundBill(payments, 'one')).toMatchObject({
    ok: false,
    detail: expect.stringContaining(String(payments[0])),
  });
});

it('takes from a customer who they are and every card, and keeps the customer', async () => {
  const { customer } = await subscribed(4);
  for (let times = 0; times < 2; times += 1) await shop.gateway.forgetCustomer(customer);
  const kept = await shop.stripe.customers.retrieve(customer);
  expect(kept).toMatchObject({ id: customer, email: null, name: null });
  const { data } = await shop.stripe.customers.listPaymentMethods(customer);
  expect(data).toEqual([]);
  await shop.gateway.forgetCustomer('cus_of_nobody');
});

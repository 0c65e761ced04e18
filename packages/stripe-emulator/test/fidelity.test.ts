import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf } from './fidelity/check-answer.ts';
import { startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

it("payment case 76: an answer passes the schema of the SDK's types, and no changed one does", async () => {
  const { lastResponse: _response, ...charge } = await shop.stripe.paymentIntents.create({
    amount: 1000,
    currency: 'usd',
    customer: (await shop.stripe.customers.create({})).id,
  });
  expect(faultsOf(charge)).toEqual([]);
  const { status: _status, ...without } = charge;
  for (const changed of [
    without,
    { ...charge, status: 'paid' },
    { ...charge, amount: '1000' },
    { ...charge, payment_method_types: null },
    { ...charge, paid: true },
    { ...charge, object: 'payment' },
  ])
    expect(faultsOf(changed)).toHaveLength(1);
  expect(faultsOf({ object: 'list', data: [without], has_more: false, url: '/' })).not.toEqual([]);
  expect(faultsOf({ error: { type: 'card_error', message: 'x', reason: 'y' } })).not.toEqual([]);
});

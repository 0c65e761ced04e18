import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSession, refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { monthlyPrice, subscribe } from './harness/subscribe.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

it('comes on top of what is left after a discount, at the rate of the emulator', async () => {
  await shop.control('POST', '/_emu/settings', { tax_percent: 7.25 });
  const coupon = await shop.stripe.coupons.create({ percent_off: 10 });
  const session = await newSession(shop.stripe, 1999, {
    automatic_tax: { enabled: true },
    discounts: [{ coupon: coupon.id }],
  });
  // 1999 less 10 % is 1799, of which 7.25 % is 130.4275.
  expect(session).toMatchObject({
    amount_subtotal: 1999,
    amount_total: 1929,
    automatic_tax: { enabled: true, status: 'complete' },
    total_details: { amount_discount: 200, amount_tax: 130 },
  });
  const { body } = await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
  expect(body['session']).toMatchObject({ payment_status: 'paid', amount_total: 1929 });
  const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
    expand: ['payment_intent', 'total_details.breakdown'],
  });
  expect(paid.payment_intent).toMatchObject({ amount_received: 1929 });
  expect(paid.total_details?.breakdown?.taxes).toMatchObject([
    { amount: 130, taxable_amount: 1799, rate: { percentage: 7.25, inclusive: false } },
  ]);
});

it('is on the invoices of a subscription, too', async () => {
  await shop.control('POST', '/_emu/settings', { tax_percent: 20 });
  const price = await monthlyPrice(shop.stripe, 1000);
  const { session, invoice, subscription } = await subscribe(shop, price, {
    automatic_tax: { enabled: true },
    customer_update: { address: 'auto' },
  });
  expect(session.amount_total).toBe(1200);
  expect(subscription.automatic_tax.enabled).toBe(true);
  expect(invoice).toMatchObject({
    subtotal: 1000,
    total: 1200,
    total_excluding_tax: 1000,
    amount_paid: 1200,
    total_taxes: [{ amount: 200, taxable_amount: 1000 }],
  });
});

it('needs the address of a known customer, or leave to save one', async () => {
  const customer = await shop.stripe.customers.create({});
  const refusal = await refusalOf(
    newSession(shop.stripe, 1000, { customer: customer.id, automatic_tax: { enabled: true } }),
  );
  expect(refusal.code).toBe('customer_tax_location_invalid');
  await shop.stripe.customers.update(customer.id, { address: { country: 'DE' } });
  const session = await newSession(shop.stripe, 1000, {
    customer: customer.id,
    automatic_tax: { enabled: true },
  });
  expect(session.total_details?.amount_tax).toBe(200);
});

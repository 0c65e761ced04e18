import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clientOf, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const PRICE = { currency: 'usd', unit_amount: 1000, product_data: { name: 'x' } };
const PARAMS = {
  mode: 'payment' as const,
  success_url: 'http://shop.test/',
  line_items: [{ quantity: 1, price_data: PRICE }],
};

it('The same key in parallel makes one session', async () => {
  const create = () => shop.stripe.checkout.sessions.create(PARAMS, { idempotencyKey: 'parallel' });
  const sessions = await Promise.all(Array.from({ length: 8 }, create));
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(1);
  expect((await shop.stripe.checkout.sessions.list()).data).toHaveLength(1);
});

it('A replay says so and answers byte for byte what the first request was answered', async () => {
  const first = await send();
  const second = await send();
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.headers.get('idempotency-key')).toBe('replay');
  expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
  expect(await second.text()).toBe(await first.text());
});

it('payment case 73: a key with other parameters, or for another address, is a mistake', async () => {
  const key = { idempotencyKey: 'reused' };
  await shop.stripe.customers.create({ name: 'Ada' }, key);
  const changed = await refusalOf(shop.stripe.customers.create({ name: 'Grace' }, key));
  expect(changed).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  const moved = await refusalOf(shop.stripe.products.create({ name: 'Ada' }, key));
  expect(moved.message).toContain('same endpoint');
});

it('The order of parameters does not matter', async () => {
  const key = { idempotencyKey: 'ordered' };
  const first = await shop.stripe.customers.create({ name: 'Ada', email: 'a@b.co' }, key);
  const second = await shop.stripe.customers.create({ email: 'a@b.co', name: 'Ada' }, key);
  expect(second.id).toBe(first.id);
});

it('Refused parameters leave the key free', async () => {
  const key = { idempotencyKey: 'refused' };
  await refusalOf(shop.stripe.customers.create({ email: 'not an address' }, key));
  expect((await shop.stripe.customers.create({ email: 'a@b.co' }, key)).email).toBe('a@b.co');
});

it('A declined card is remembered: the same key declines again without a second charge', async () => {
  const pay = () =>
    shop.stripe.paymentIntents.create(
      {
        amount: 500,
        currency: 'usd',
        confirm: true,
        payment_method: 'pm_card_visa_chargeDeclined',
        return_url: 'http://shop.test/',
      },
      { idempotencyKey: 'declined' },
    );
  const first = await refusalOf(pay());
  const second = await refusalOf(pay());
  expect(second.charge).toBe(first.charge);
  expect((await shop.stripe.charges.list()).data).toHaveLength(1);
});

it('payment case 74: while the first request runs, its key is in use, and the SDK retries until it gets the result', async () => {
  await shop.control('POST', '/_emu/faults', {
    match: 'POST /v1/customers',
    nth: 1,
    kind: 'slow',
    delay_ms: 800,
  });
  const key = { idempotencyKey: 'in-flight' };
  const first = shop.stripe.customers.create({ name: 'Slow' }, key);
  await vi.waitFor(async () => {
    const { body } = await shop.control('GET', '/_emu/faults');
    expect(body).toMatchObject({ faults: [{ fired: true }] });
  });
  const conflict = await refusalOf(shop.stripe.customers.create({ name: 'Slow' }, key));
  expect(conflict).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  const patient = clientOf(shop.emulator, { maxNetworkRetries: 3 });
  const retried = await patient.customers.create({ name: 'Slow' }, key);
  expect(retried.id).toBe((await first).id);
});

it('A key is forgotten after 24 hours on the clock of the emulator', async () => {
  const key = { idempotencyKey: 'daily' };
  const first = await shop.stripe.customers.create({ name: 'Ada' }, key);
  await shop.control('POST', '/_emu/clock', { advance: 24 * 3600 - 60 });
  expect((await shop.stripe.customers.create({ name: 'Ada' }, key)).id).toBe(first.id);
  await shop.control('POST', '/_emu/clock', { advance: 120 });
  expect((await shop.stripe.customers.create({ name: 'Ada' }, key)).id).not.toBe(first.id);
});

/** A plain request, since the SDK does not show the headers of a replay. */
function send(): Promise<Response> {
  return fetch(`${shop.emulator.url}/v1/customers`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_1', 'idempotency-key': 'replay' },
    body: new URLSearchParams({ name: 'Ada' }),
  });
}

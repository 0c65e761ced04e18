import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientOf, newSession, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.stop());

const KEY = { idempotencyKey: 'k' };
const fault = (kind: string, nth = 1) =>
  shop.control('POST', '/_emu/faults', { match: 'POST /v1/customers', nth, kind });
const count = async (): Promise<number> => (await shop.stripe.customers.list()).data.length;

it.each([
  ['409', 409, 0],
  ['429', 429, 0],
  ['500-before', 500, 0],
  ['500-after-commit', 500, 1],
  ['500-stored', 500, 1],
  ['reset-before', undefined, 0],
  ['reset-after-commit', undefined, 1],
])('%s answers %s once and leaves %i customers', async (kind, status, customers) => {
  await fault(kind);
  // The SDK repeats a request whose socket was cut, whatever its retries are set to, so ask plainly.
  const plain = await fetch(`${shop.emulator.url}/v1/customers`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_1', 'idempotency-key': 'plain' },
  }).then(
    (response) => response.status,
    () => undefined,
  );
  expect(plain).toBe(status);
  expect(await count()).toBe(customers);
  expect((await shop.control('GET', '/_emu/faults')).body).toMatchObject({
    faults: [{ fired: true }],
  });
  await shop.stripe.customers.create({});
});

it.each(['409', '500-before', '500-after-commit', 'reset-before', 'reset-after-commit'])(
  'With retries, %s costs nothing: one customer, created once',
  async (kind) => {
    await fault(kind);
    const patient = clientOf(shop.emulator, { maxNetworkRetries: 2 });
    const created = await patient.customers.create({ name: 'once' }, KEY);
    expect((await patient.customers.create({ name: 'once' }, KEY)).id).toBe(created.id);
    expect(await count()).toBe(1);
  },
);

it('500-stored is what the key answers from then on', async () => {
  await fault('500-stored');
  expect((await refusalOf(shop.stripe.customers.create({}, KEY))).statusCode).toBe(500);
  expect((await refusalOf(shop.stripe.customers.create({}, KEY))).statusCode).toBe(500);
  expect(await count()).toBe(1);
});

it('Strikes the nth matching request only', async () => {
  await shop.control('POST', '/_emu/faults', {
    match: '/v1/checkout/sessions/{id}',
    nth: 2,
    kind: '429',
  });
  const { id } = await newSession(shop.stripe);
  await shop.stripe.checkout.sessions.retrieve(id);
  expect((await refusalOf(shop.stripe.checkout.sessions.retrieve(id))).type).toBe(
    'StripeRateLimitError',
  );
  await shop.stripe.checkout.sessions.retrieve(id);
});

it('Is forgotten when the faults are cleared', async () => {
  await fault('429');
  await shop.control('DELETE', '/_emu/faults');
  await shop.stripe.customers.create({});
  expect(await count()).toBe(1);
});

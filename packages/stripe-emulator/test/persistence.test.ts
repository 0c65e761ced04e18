import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newSession, paidCharge, startShop, type Shop } from './harness/start-shop.ts';

let folder: string;
let dataFile: string;
let shop: Shop;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'));
  dataFile = join(folder, 'deep', 'state.json');
  shop = await startShop({ dataFile, seed: 'packs' });
});
afterEach(async () => {
  await shop.stop();
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await shop.stop();
  shop = await startShop({ dataFile, seed: 'packs' });
}

it('Everything survives a restart, and pages move to the new address', async () => {
  const charge = await paidCharge(shop);
  const open = await newSession(shop.stripe);
  const secret = shop.emulator.webhookSecret;
  await restart();
  expect(shop.emulator.webhookSecret).toBe(secret);
  const kept = await shop.stripe.charges.retrieve(charge.id);
  expect(kept).toMatchObject({
    amount: 1000,
    receipt_url: `${shop.emulator.url}/receipts/${charge.id}`,
  });
  const session = await shop.stripe.checkout.sessions.retrieve(open.id);
  expect(session).toMatchObject({ status: 'open', url: `${shop.emulator.url}/c/pay/${open.id}` });
  await shop.control('POST', `/_emu/checkout/sessions/${open.id}/complete`);
  await vi.waitFor(() => expect(shop.types()).toContain('checkout.session.completed'));
});

it('Seeds and the webhook are there once, however often it starts', async () => {
  await restart();
  await restart();
  expect((await shop.stripe.prices.list()).data).toHaveLength(4);
  expect((await shop.stripe.promotionCodes.list()).data).toHaveLength(2);
  expect((await shop.stripe.webhookEndpoints.list()).data).toHaveLength(1);
});

it('What was unfinished is taken up: expiries, failed webhooks, keys, the clock', async () => {
  await shop.control('POST', '/_emu/clock', { advance: 7200 });
  const session = await newSession(shop.stripe);
  const customer = await shop.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'kept' });
  await vi.waitFor(() => expect(shop.types()).toEqual(['customer.created']));
  shop.answer.status = 500;
  await shop.stripe.products.create({ name: 'unacknowledged' });
  await vi.waitFor(async () => {
    const { body } = await shop.control('GET', '/_emu/deliveries');
    expect(body['deliveries']).toMatchObject([
      { event_type: 'product.created', attempts: [{ status: 500 }] },
      {},
    ]);
  });
  await restart();
  expect(Number((await shop.control('GET', '/_emu/clock')).body['offset'])).toBe(7200);
  expect((await shop.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'kept' })).id).toBe(
    customer.id,
  );
  await shop.control('POST', '/_emu/clock', { advance: 61 });
  expect(shop.types()).toEqual(['product.created']);
  await shop.control('POST', '/_emu/clock', { advance: 86_400 });
  expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
});

it('An answer is given only once it is on disk, and no half-written file is left', async () => {
  const sessions = await Promise.all(Array.from({ length: 20 }, () => newSession(shop.stripe)));
  // A second emulator on a copy of the file stands for a start after a kill.
  const survivor = await startShop({ dataFile });
  try {
    const kept = await survivor.stripe.checkout.sessions.list({ limit: 100 });
    expect(kept.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(sessions.map(({ id }) => id)),
    );
  } finally {
    await survivor.stop();
  }
  expect(await readdir(join(folder, 'deep'))).toEqual(['state.json']);
});

it('A reset forgets every object and sets it up as at the first start', async () => {
  await paidCharge(shop);
  await shop.control('POST', '/_emu/clock', { advance: 500 });
  await shop.control('POST', '/_emu/deliveries', { mode: 'pause' });
  expect((await shop.control('POST', '/_emu/reset')).body).toEqual({ reset: true });
  expect((await shop.stripe.charges.list()).data).toEqual([]);
  expect((await shop.stripe.prices.list()).data).toHaveLength(4);
  expect((await shop.control('GET', '/_emu/clock')).body['offset']).toBe(0);
  shop.received.length = 0;
  await shop.stripe.customers.create({});
  await vi.waitFor(() => expect(shop.types()).toEqual(['customer.created']));
});

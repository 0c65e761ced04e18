/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSession, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.stop());

const create = (name: string) => shop.stripe.customers.create({ name });
const names = (): unknown[] =>
  shop.received.map(({ data }) => (data.object as { name: unknown }).name);
const mode = (name: string, flush = false) =>
  shop.control('POST', '/_emu/deliveries', { mode: name, flush });

/** Every delivery as `state`, newest first. */
async function states(): Promise<string[]> {
  const { body } = await shop.control('GET', '/_emu/deliveries');
  return (body['deliveries'] as { state: string }[]).map(({ state }) => state);
}

/** How often the newest delivery was tried, once its next try is set; else 0. */
async function pendingTries(): Promise<number> {
  const { body } = await shop.control('GET', '/_emu/deliveries');
  const [delivery] = body['deliveries'] as {
    attempts: unknown[];
    next_attempt_at_ms: number | null;
  }[];
  return delivery?.next_attempt_at_ms ? delivery.attempts.length : 0;
}

describe('delivery modes', () => {
  it('pause holds events until they are flushed, in order', async () => {
    await mode('pause');
    await create('a');
    await create('b');
    expect(await states()).toEqual(['held', 'held']);
    expect(shop.received).toEqual([]);
    expect((await mode('normal', true)).body).toEqual({ mode: 'normal', flushed: 2 });
    expect(new Set(names())).toEqual(new Set(['a', 'b']));
  });

  it('pause without a flush keeps old events back while new ones pass', async () => {
    await mode('pause');
    await create('old');
    await mode('normal');
    await create('new');
    await vi.waitFor(() => expect(names()).toEqual(['new']));
    await shop.control('POST', '/_emu/deliveries', { flush: true });
    expect(names()).toEqual(['new', 'old']);
  });

  it('reverse sends what was held backwards', async () => {
    await mode('pause');
    for (const name of ['a', 'b', 'c']) await create(name);
    await mode('reverse', true);
    expect(names()).toEqual(['c', 'b', 'a']);
  });

  it('reverse turns round the events of one payment by itself', async () => {
    const session = await newSession(shop.stripe);
    await mode('reverse');
    await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    await vi.waitFor(() => expect(shop.received).toHaveLength(5));
    expect(shop.types().slice(0, 2)).toEqual(['charge.updated', 'checkout.session.completed']);
    expect(shop.types().at(-1)).toBe('payment_intent.created');
  });

  it('duplicate sends every event twice with one id', async () => {
    await mode('duplicate');
    await create('a');
    await vi.waitFor(() => expect(names()).toEqual(['a', 'a']));
    expect(new Set(shop.received.map(({ id }) => id)).size).toBe(1);
  });

  it('drop loses events for good, and the API still lists them as undelivered', async () => {
    await mode('drop');
    await create('lost');
    await mode('normal', true);
    expect(await states()).toEqual(['dropped']);
    const missed = await shop.stripe.events.list({ delivery_success: false });
    expect(missed.data).toMatchObject([{ type: 'customer.created', pending_webhooks: 1 }]);
    await shop.control('POST', `/_emu/events/${missed.data[0]?.id}/resend`);
    expect(names()).toEqual(['lost']);
    expect((await shop.stripe.events.list({ delivery_success: false })).data).toEqual([]);
  });
});

describe('an event that is not acknowledged', () => {
  it('is tried again on the schedule of Stripe until it is', async () => {
    shop.answer.status = 500;
    await create('a');
    await vi.waitFor(() => expect(names()).toHaveLength(1));
    await vi.waitFor(async () => expect(await pendingTries()).toBe(1));
    await shop.control('POST', '/_emu/clock', { advance: 59 });
    expect(names()).toHaveLength(1);
    await shop.control('POST', '/_emu/clock', { advance: 2 });
    expect(names()).toHaveLength(2);
    shop.answer.status = 200;
    await shop.control('POST', '/_emu/clock', { advance: 3600 });
    expect(names()).toHaveLength(3);
    expect(await states()).toEqual(['delivered']);
    await shop.control('POST', '/_emu/clock', { advance: 86_400 });
    expect(names()).toHaveLength(3);
  });

  it('is given up after 72 hours', async () => {
    shop.answer.status = 302;
    await create('a');
    await vi.waitFor(async () => expect(await pendingTries()).toBe(1));
    await shop.control('POST', '/_emu/clock', { advance: 5 * 86_400 });
    expect(await states()).toEqual(['failed']);
    expect(names()).toHaveLength(11);
  });
});

describe('an endpoint', () => {
  it('hears only what it asked for, and only while it is enabled', async () => {
    const [first] = (await shop.stripe.webhookEndpoints.list()).data;
    await shop.stripe.webhookEndpoints.update(first?.id ?? '', {
      enabled_events: ['product.created'],
    });
    await create('ignored');
    await shop.stripe.products.create({ name: 'heard' });
    await vi.waitFor(() => expect(names()).toEqual(['heard']));
    await shop.stripe.webhookEndpoints.update(first?.id ?? '', { disabled: true });
    await shop.stripe.products.create({ name: 'unheard' });
    await shop.stripe.webhookEndpoints.update(first?.id ?? '', { disabled: false });
    await shop.stripe.products.create({ name: 'again' });
    await vi.waitFor(() => expect(names()).toEqual(['heard', 'again']));
  });

  it('shows its secret once, when it is created', async () => {
    const created = await shop.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:1/',
      enabled_events: ['*'],
    });
    expect(created.secret).toMatch(/^whsec_/);
    expect(await shop.stripe.webhookEndpoints.retrieve(created.id)).not.toHaveProperty('secret');
    expect(await shop.stripe.webhookEndpoints.del(created.id)).toMatchObject({ deleted: true });
  });
});

it('An event names the request that caused it, and what changed', async () => {
  const { id } = await create('before');
  await shop.stripe.customers.update(id, { name: 'after' }, { idempotencyKey: 'rename' });
  await vi.waitFor(() => expect(shop.received).toHaveLength(2));
  const updated = shop.received.find(({ type }) => type === 'customer.updated');
  expect(updated?.request?.idempotency_key).toBe('rename');
  expect(updated?.request?.id).toMatch(/^req_/);
  expect(updated?.data.previous_attributes).toEqual({ name: 'before' });
  expect(updated?.api_version).toBe('2026-10-28.endive');
});

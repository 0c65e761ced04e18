/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSession, paidCharge, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.stop());

const create = (name: string) => shop.stripe.customers.create({ name });
const names = (): unknown[] =>
  shop.received.map(({ data }) => (data.object as { name: unknown }).name);
const clock = (body: object) => shop.control('POST', '/_emu/clock', body);
const plan = (body: object) => shop.control('POST', '/_emu/plans', body);

describe('time', () => {
  it('stands still while it is frozen, is moved by hand, and runs on from there', async () => {
    const frozen = await clock({ freeze: true });
    const now = Number(frozen.body['now']);
    const set = await clock({ set: now + 500 });
    expect(set.body).toMatchObject({ frozen: true, now: now + 500 });
    expect((await create('a')).created).toBe(now + 500);
    expect((await clock({ advance: 10 })).body).toMatchObject({ now: now + 510 });
    expect((await clock({ set: now })).status).toBe(400);
    const thawed = await clock({ freeze: false });
    expect(thawed.body['frozen']).toBe(false);
    expect(Number(thawed.body['now'])).toBeGreaterThanOrEqual(now + 510);
  });

  it('keeps appointments on the way to a moment, frozen or not', async () => {
    const session = await newSession(shop.stripe);
    await clock({ freeze: true, set: session.expires_at });
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  });
});

describe('what is held', () => {
  const flushed = async (order: object): Promise<unknown[]> => {
    await shop.control('POST', '/_emu/deliveries', { mode: 'pause' });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name);
    await shop.control('POST', '/_emu/deliveries', { flush: true, ...order });
    return names().splice(0);
  };

  it('is sent one by one in the order that was asked for', async () => {
    expect(await flushed({ order: 'fifo' })).toEqual(['a', 'b', 'c', 'd', 'e']);
    shop.received.length = 0;
    expect(await flushed({ order: 'reverse' })).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('is shuffled alike by the same seed', async () => {
    const first = await flushed({ order: 'shuffle', seed: 7 });
    shop.received.length = 0;
    const second = await flushed({ order: 'shuffle', seed: 7 });
    expect(second).toEqual(first);
    expect(first).not.toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(new Set(first)).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
  });
});

describe('a plan', () => {
  it('drops so many deliveries of one type, and no others', async () => {
    await plan({ type: 'customer.created', action: 'drop', times: 2 });
    for (const name of ['a', 'b', 'c']) await create(name);
    await shop.stripe.products.create({ name: 'p' });
    await vi.waitFor(() => expect(new Set(names())).toEqual(new Set(['c', 'p'])));
    expect((await shop.control('GET', '/_emu/plans')).body).toEqual({ plans: [] });
  });

  it('sends copies', async () => {
    await plan({ type: '*', action: 'duplicate', copies: 3 });
    await create('a');
    await vi.waitFor(() => expect(names()).toEqual(['a', 'a', 'a']));
  });

  it('delays on the clock of the emulator', async () => {
    await plan({ type: 'customer.created', action: 'delay', delay_seconds: 3600 });
    await create('late');
    await create('early');
    await vi.waitFor(() => expect(names()).toEqual(['early']));
    await clock({ advance: 3600 });
    expect(names()).toEqual(['early', 'late']);
  });

  it('shows an event with an object that is out of date, while the API has the right one', async () => {
    await plan({ type: 'checkout.session.completed', action: 'stale' });
    const { id } = await newSession(shop.stripe);
    await shop.control('POST', `/_emu/checkout/sessions/${id}/complete`);
    await vi.waitFor(() => expect(shop.types()).toContain('checkout.session.completed'));
    const event = shop.received.find(({ type }) => type === 'checkout.session.completed');
    expect(event?.data.object).toMatchObject({ id, status: 'open', payment_status: 'unpaid' });
    expect(await shop.stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'complete' });
    expect((await shop.stripe.events.retrieve(event?.id ?? '')).data.object).toMatchObject({
      status: 'complete',
    });
  });
});

describe('a snapshot', () => {
  it('brings everything back, time and what is still to come included', async () => {
    const open = await newSession(shop.stripe);
    const { body } = await shop.control('POST', '/_emu/snapshots');
    await clock({ advance: 2 * 86_400 });
    const later = await create('later');
    expect((await shop.stripe.checkout.sessions.retrieve(open.id)).status).toBe('expired');
    const restored = await shop.control('POST', `/_emu/snapshots/${String(body['id'])}/restore`);
    expect(restored.status).toBe(200);
    expect((await shop.stripe.checkout.sessions.retrieve(open.id)).status).toBe('open');
    await expect(shop.stripe.customers.retrieve(later.id)).rejects.toThrow('No such customer');
    await clock({ advance: 86_400 });
    expect((await shop.stripe.checkout.sessions.retrieve(open.id)).status).toBe('expired');
  });
});

describe('behind everybody’s back', () => {
  it('fields change without an event, unless one is asked for', async () => {
    const charge = await paidCharge(shop, 1000);
    await vi.waitFor(() => expect(shop.types()).toContain('charge.updated'));
    shop.received.length = 0;
    const edit = (body: object) => shop.control('POST', `/_emu/objects/${charge.id}`, body);
    await edit({ set: { amount: 900, description: 'edited', disputed: true } });
    expect(await shop.stripe.charges.retrieve(charge.id)).toMatchObject({
      amount: 900,
      description: 'edited',
      disputed: true,
    });
    expect((await edit({ set: { colour: 'red' } })).status).toBe(400);
    expect(shop.received).toEqual([]);
    await edit({ set: { amount: 1000 }, announce: 'charge.updated' });
    await vi.waitFor(() => expect(shop.types()).toEqual(['charge.updated']));
  });

  it('events are forgotten', async () => {
    await create('a');
    const [event] = (await shop.stripe.events.list()).data as [Stripe.Event];
    await shop.control('DELETE', `/_emu/events/${event.id}`);
    expect((await shop.stripe.events.list()).data).toEqual([]);
  });
});

it('The same seed gives the same ids, and no data file', async () => {
  const ids: string[] = [];
  for (const options of [{ idSeed: 'seven' }, { idSeed: 'seven' }, {}]) {
    const other = await startShop(options);
    ids.push((await other.stripe.customers.create({})).id);
    await other.stop();
  }
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
  await expect(startShop({ idSeed: 'seven', dataFile: '/nowhere' })).rejects.toThrow('seed');
});

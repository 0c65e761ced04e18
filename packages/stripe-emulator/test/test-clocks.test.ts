import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { DAY_SECONDS, monthlyPrice } from './harness/subscribe.ts';

/** 31 January 2027, 12:00 UTC: its next months are shorter. */
const START = Date.UTC(2027, 0, 31, 12) / 1000;
const FEBRUARY_END = Date.UTC(2027, 1, 28, 12) / 1000;
const MARCH_END = Date.UTC(2027, 2, 31, 12) / 1000;

const PATIENCE = { timeout: 20_000 };

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const clocks = () => shop.stripe.testHelpers.testClocks;

async function arrive(id: string, to: number): Promise<Stripe.TestHelpers.TestClock> {
  const advancing = await clocks().advance(id, { frozen_time: to });
  expect(advancing).toMatchObject({
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: to } },
  });
  return vi.waitFor(async () => {
    const clock = await clocks().retrieve(id);
    expect(clock.status).toBe('ready');
    return clock;
  }, PATIENCE);
}

interface Subscriber {
  clock: string;
  customer: string;
  subscription: Stripe.Subscription;
}

async function subscriber(token = 'pm_card_visa', trialDays?: number): Promise<Subscriber> {
  const { stripe } = shop;
  const clock = await clocks().create({ frozen_time: START, name: 'renewals' });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const card = await stripe.paymentMethods.attach(token, { customer: customer.id });
  const price = await monthlyPrice(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    default_payment_method: card.id,
    items: [{ price: price.id }],
    ...(trialDays === undefined ? {} : { trial_period_days: trialDays }),
  });
  return { clock: clock.id, customer: customer.id, subscription };
}

const invoicesOf = async ({ customer }: Subscriber): Promise<Stripe.Invoice[]> =>
  (await shop.stripe.invoices.list({ customer })).data.toReversed();

describe('a test clock', () => {
  it('stands still, and is there until it is deleted', async () => {
    const made = await clocks().create({ frozen_time: START });
    expect(made).toMatchObject({
      object: 'test_helpers.test_clock',
      frozen_time: START,
      name: null,
      status: 'ready',
      status_details: {},
    });
    expect(made.deletes_after - made.created).toBe(30 * DAY_SECONDS);
    expect((await clocks().list()).data.map(({ id }) => id)).toContain(made.id);
    expect(await clocks().del(made.id)).toMatchObject({ id: made.id, deleted: true });
    expect(await refusalOf(clocks().retrieve(made.id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('carries its subscriptions along, each renewal at its own time, and nobody else’s', async () => {
    const one = await subscriber();
    expect(one.subscription).toMatchObject({
      status: 'active',
      created: START,
      test_clock: one.clock,
      items: { data: [{ current_period_start: START, current_period_end: FEBRUARY_END }] },
    });
    const other = await subscriber();
    expect(await arrive(one.clock, MARCH_END)).toMatchObject({ frozen_time: MARCH_END });
    const invoices = await invoicesOf(one);
    expect(invoices.map(({ created, billing_reason: why }) => [created, why])).toEqual([
      [START, 'subscription_create'],
      [FEBRUARY_END, 'subscription_cycle'],
      [MARCH_END, 'subscription_cycle'],
    ]);
    for (const invoice of invoices)
      expect(invoice).toMatchObject({ status: 'paid', test_clock: one.clock });
    expect(await invoicesOf(other)).toHaveLength(1);
    const { body } = await shop.control('GET', '/_emu/clock');
    expect(Math.abs(Number(body['now']) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('tells when it sets out and when it has arrived, in everybody’s time', async () => {
    const { clock } = await subscriber();
    shop.received.length = 0;
    await arrive(clock, START + DAY_SECONDS);
    await vi.waitFor(
      () => expect(shop.types()).toContain('test_helpers.test_clock.ready'),
      PATIENCE,
    );
    expect(shop.types()).toContain('test_helpers.test_clock.advancing');
    for (const { created } of shop.received)
      expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(60);
  });

  it('lets failed renewals be tried again in its own time, and ends them', async () => {
    const one = await subscriber('pm_card_chargeCustomerFail', 7);
    expect(one.subscription.status).toBe('trialing');
    const trialEnd = START + 7 * DAY_SECONDS;
    await arrive(one.clock, trialEnd + 60);
    const now = await shop.stripe.subscriptions.retrieve(one.subscription.id);
    expect(now.status).toBe('past_due');
    const [, failed] = await invoicesOf(one);
    expect(failed).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: trialEnd + 3 * DAY_SECONDS,
    });
    await arrive(one.clock, trialEnd + 20 * DAY_SECONDS);
    expect(await shop.stripe.subscriptions.retrieve(one.subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: trialEnd + 15 * DAY_SECONDS,
    });
  });

  it('is the time of changes, too', async () => {
    const one = await subscriber();
    await arrive(one.clock, START + 14 * DAY_SECONDS);
    const item = one.subscription.items.data[0]?.id ?? '';
    await shop.stripe.subscriptions.update(one.subscription.id, {
      items: [{ id: item, quantity: 2 }],
      proration_behavior: 'always_invoice',
    });
    const [, change] = await invoicesOf(one);
    // Half of a period of 28 days is left.
    expect(change).toMatchObject({ total: 1000, created: START + 14 * DAY_SECONDS });
    const canceled = await shop.stripe.subscriptions.update(one.subscription.id, {
      cancel_at_period_end: true,
    });
    expect(canceled).toMatchObject({
      cancel_at: FEBRUARY_END,
      canceled_at: START + 14 * DAY_SECONDS,
    });
    await arrive(one.clock, FEBRUARY_END);
    expect(await shop.stripe.subscriptions.retrieve(one.subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: FEBRUARY_END,
    });
  });

  it('is followed by who subscribes on the hosted page', async () => {
    const { stripe } = shop;
    const clock = await clocks().create({ frozen_time: START });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    const price = await monthlyPrice(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'http://shop.test/return',
    });
    await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    const { data } = await stripe.subscriptions.list({ test_clock: clock.id });
    expect(data).toMatchObject([{ test_clock: clock.id, start_date: START }]);
  });

  it('goes forward only, not too far at once, and has three customers at most', async () => {
    const { clock } = await subscriber();
    const advance = (to: number) => refusalOf(clocks().advance(clock, { frozen_time: to }));
    expect(await advance(START)).toMatchObject({ statusCode: 400, param: 'frozen_time' });
    expect(await advance(MARCH_END + 1)).toMatchObject({ statusCode: 400, param: 'frozen_time' });
    const joinClock = () => shop.stripe.customers.create({ test_clock: clock });
    await joinClock();
    await joinClock();
    expect(await refusalOf(joinClock())).toMatchObject({ statusCode: 400, param: 'test_clock' });
    const nowhere = shop.stripe.customers.create({ test_clock: 'clock_none' });
    expect(await refusalOf(nowhere)).toMatchObject({ code: 'resource_missing' });
  });

  it('hides its customers and subscriptions from lists that do not name it', async () => {
    const { clock, customer, subscription } = await subscriber();
    const { stripe } = shop;
    const ids = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id);
    expect(ids(await stripe.customers.list({ limit: 100 }))).not.toContain(customer);
    expect(ids(await stripe.customers.list({ test_clock: clock }))).toEqual([customer]);
    expect(ids(await stripe.subscriptions.list({ limit: 100 }))).not.toContain(subscription.id);
    expect(ids(await stripe.subscriptions.list({ customer }))).toEqual([subscription.id]);
    expect(ids(await stripe.subscriptions.list({ test_clock: clock }))).toEqual([subscription.id]);
  });

  it('takes its customers along when it is deleted', async () => {
    const { clock, customer, subscription } = await subscriber();
    await clocks().del(clock);
    expect(await shop.stripe.customers.retrieve(customer)).toMatchObject({ deleted: true });
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  });
});

it('Test clocks and what waits on them survive a restart and a snapshot', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-clock-'));
  const dataFile = join(folder, 'stripe.json');
  const before = shop;
  shop = await startShop({ dataFile });
  const one = await subscriber();
  const { body } = await shop.control('POST', '/_emu/snapshots');
  await arrive(one.clock, FEBRUARY_END);
  expect(await invoicesOf(one)).toHaveLength(2);
  await shop.control('POST', `/_emu/snapshots/${String(body['id'])}/restore`);
  expect(await invoicesOf(one)).toHaveLength(1);
  await shop.stop();
  shop = await startShop({ dataFile });
  expect((await clocks().retrieve(one.clock)).frozen_time).toBe(START);
  await arrive(one.clock, MARCH_END);
  expect(await invoicesOf(one)).toHaveLength(3);
  await shop.stop();
  shop = before;
  await rm(folder, { recursive: true });
});

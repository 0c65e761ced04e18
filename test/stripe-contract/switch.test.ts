import { startStripeEmulator, type StripeEmulator } from '@bursar/stripe-emulator';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp } from './under-test/clean-up.ts';
import { contractTarget } from './under-test/contract-settings.ts';
import { openStripe, refusalOf } from './under-test/open-stripe.ts';
import { TAG } from './under-test/tagging-client.ts';

/** Stands where Stripe's test mode would; everything reaches it over HTTP and nothing else does. */
let standIn: StripeEmulator;
let watch: Stripe;
beforeAll(async () => {
  standIn = await startStripeEmulator();
  watch = new Stripe('sk_test_watching', {
    host: '127.0.0.1',
    port: standIn.port,
    protocol: 'http',
    telemetry: false,
  });
});
afterAll(() => standIn.stop());

const elsewhere = () =>
  contractTarget({ STRIPE_TEST_KEY: 'sk_test_somekey', STRIPE_TEST_API_URL: standIn.url });

async function control(path: string, body: object): Promise<void> {
  await fetch(`${standIn.url}/_emu${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('the switch', () => {
  test('stands on the emulator without a key, and on Stripe itself with one', () => {
    expect(contractTarget({})).toEqual({ kind: 'emulator' });
    expect(contractTarget({ STRIPE_TEST_KEY: ' ' })).toEqual({ kind: 'emulator' });
    expect(contractTarget({ STRIPE_TEST_KEY: 'rk_test_1' })).toEqual({
      kind: 'test_mode',
      key: 'rk_test_1',
      apiUrl: null,
    });
  });

  test.each(['sk_live_abc', 'rk_live_abc'])('refuses the live key %s loudly', (key) => {
    expect(() => contractTarget({ STRIPE_TEST_KEY: key })).toThrow('LIVE');
    expect(() => contractTarget({ STRIPE_TEST_KEY: key })).not.toThrow(key);
  });

  test('refuses what is no secret key, without showing it', () => {
    for (const key of ['pk_test_abc', 'abc', 'sk_test_']) {
      expect(() => contractTarget({ STRIPE_TEST_KEY: key })).toThrow('must be a secret key');
    }
  });
});

describe('against a Stripe of somebody else', () => {
  test('everything is tagged with the run, and taken away after it', async () => {
    const told: string[] = [];
    const under = await openStripe({ target: elsewhere(), tell: (line) => told.push(line) });
    const { stripe, run } = under;
    const customer = await stripe.customers.create({ metadata: { wallet: 'user:ada' } });
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 500,
      product_data: { name: 'Pack' },
      lookup_key: run,
    });
    const product = await stripe.products.create({ name: 'Pack' });
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
    });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'https://example.com/return',
    });
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    const endpoint = await stripe.webhookEndpoints.create({
      url: 'https://example.com/hook',
      enabled_events: ['invoice.paid'],
    });
    for (const one of [customer, price, product, coupon, code, session, intent, endpoint]) {
      expect(one.metadata).toMatchObject({ [TAG]: run });
    }
    expect(customer.metadata).toMatchObject({ wallet: 'user:ada' });
    expect(under.created).toHaveLength(8);
    await under.onlyEmulated('a visit', 'there is no browser', () => {
      throw new Error('This must not happen against somebody else’s Stripe.');
    });
    await under.close();
    expect(told).toEqual(['Not done against the real Stripe: a visit: there is no browser']);

    expect(await watch.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    expect(await watch.prices.retrieve(price.id)).toMatchObject({
      active: false,
      lookup_key: null,
    });
    expect((await watch.products.retrieve(product.id)).active).toBe(false);
    expect(await refusalOf(watch.coupons.retrieve(coupon.id))).toMatchObject({ statusCode: 404 });
    expect((await watch.promotionCodes.retrieve(code.id)).active).toBe(false);
    expect((await watch.checkout.sessions.retrieve(session.id)).status).toBe('expired');
    expect((await watch.paymentIntents.retrieve(intent.id)).status).toBe('canceled');
    expect((await watch.webhookEndpoints.list()).data).toEqual([]);
  });

  test('what a killed run left is taken away by the next one an hour later, and nothing else', async () => {
    await control('/clock', { freeze: true });
    const killed = await openStripe({ target: elsewhere() });
    const left = await killed.stripe.customers.create({});
    const own = await watch.customers.create({});
    const created = Math.floor(Date.now() / 1_000) - 7_200;
    for (const { id } of [left, own]) await control(`/objects/${id}`, { set: { created } });
    const next = await openStripe({ target: elsewhere() });
    await next.close();
    expect(await watch.customers.retrieve(left.id)).toMatchObject({ deleted: true });
    expect(await watch.customers.retrieve(own.id)).toMatchObject({ id: own.id, livemode: false });
  });

  test('an answer that never comes ends the call in time', async () => {
    const under = await openStripe({ target: elsewhere(), timeoutMs: 3_000 });
    await control('/faults', { match: 'POST /v1/customers', kind: 'slow', delay_ms: 20_000 });
    const startedMs = performance.now();
    await expect(under.stripe.customers.create({})).rejects.toThrow('timeout');
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    await under.close();
  });

  test('cleaning up goes on after a failure, ends in time, and says what is left', async () => {
    const under = await openStripe({ target: elsewhere() });
    const first = await under.stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const second = await under.stripe.coupons.create({ percent_off: 10, duration: 'once' });
    await control('/faults', { match: `DELETE /v1/coupons/${first.id}`, kind: '500-before' });
    await expect(under.close()).rejects.toThrow(`${first.id} was left`);
    expect(await refusalOf(watch.coupons.retrieve(second.id))).toMatchObject({ statusCode: 404 });
    await expect(cleanUp(under.stripe, under.created, 0)).rejects.toThrow('longer than 0 ms');
    await under.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSession, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

it('tells a key which account it belongs to', async () => {
  const account = await shop.stripe.accounts.retrieveCurrent();
  expect(account).toMatchObject({ object: 'account', country: 'US', default_currency: 'usd' });
  expect(await shop.stripe.accounts.retrieve(account.id)).toMatchObject({ id: account.id });
});

describe('a webhook endpoint', () => {
  it('shows its secret once, and takes changes of its events and its status', async () => {
    const { webhookEndpoints } = shop.stripe;
    const made = await webhookEndpoints.create({
      url: 'http://127.0.0.1:9/hook',
      enabled_events: ['invoice.paid', 'checkout.session.completed'],
      api_version: '2026-10-28.endive',
      metadata: { made_by: 'setup' },
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect(made).toMatchObject({ status: 'enabled', api_version: '2026-10-28.endive' });
    const found = await webhookEndpoints.retrieve(made.id);
    expect(found).not.toHaveProperty('secret');
    const after = await webhookEndpoints.update(made.id, {
      enabled_events: ['*'],
      disabled: true,
    });
    expect(after).toMatchObject({ status: 'disabled', enabled_events: ['*'] });
    const { data } = await webhookEndpoints.list();
    expect(data.map(({ id }) => id)).toContain(made.id);
    expect(await webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
  });

  it('takes full event types only', async () => {
    const create = (events: string[]): Promise<unknown> =>
      shop.stripe.rawRequest('POST', '/v1/webhook_endpoints', {
        url: 'http://127.0.0.1:9/hook',
        enabled_events: events,
      });
    expect((await refusalOf(create(['charge.*']))).param).toBe('enabled_events[0]');
    expect((await refusalOf(create([]))).param).toBe('enabled_events');
  });
});

describe('adaptive pricing', () => {
  it('shows what the customer pays, and leaves currency and total to the shop', async () => {
    await shop.control('POST', '/_emu/settings', {
      presentment: { currency: 'jpy', rate: 155.5 },
    });
    const session = await newSession(shop.stripe, 1000, { adaptive_pricing: { enabled: true } });
    const page = await fetch(session.url ?? '');
    expect(await page.text()).toContain('¥1,555');
    await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    });
    expect(paid).toMatchObject({
      currency: 'usd',
      amount_total: 1000,
      presentment_details: { presentment_currency: 'jpy', presentment_amount: 1555 },
      payment_intent: {
        amount: 1000,
        currency: 'usd',
        presentment_details: { presentment_currency: 'jpy' },
      },
    });
    const plain = await newSession(shop.stripe, 1000);
    await shop.control('POST', `/_emu/checkout/sessions/${plain.id}/complete`);
    const other = await shop.stripe.checkout.sessions.retrieve(plain.id);
    expect(other).not.toHaveProperty('presentment_details');
  });
});

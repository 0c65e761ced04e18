import type { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

/** Exactly as `setUpPortal` asks. */
const FEATURES = {
  customer_update: { enabled: true, allowed_updates: ['address', 'email', 'tax_id'] },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true, mode: 'at_period_end' },
  subscription_update: { enabled: false },
} satisfies Stripe.BillingPortal.ConfigurationCreateParams.Features;
describe('the portal', () => {
  test('has a configuration of ours that is found by its metadata and kept up to date', async () => {
    const { stripe, run } = under();
    const made = await stripe.billingPortal.configurations.create({
      default_return_url: 'https://example.com/credits',
      features: FEATURES,
      metadata: { bursar: run },
    });
    expect(made).toMatchObject({
      active: true,
      default_return_url: 'https://example.com/credits',
      metadata: { bursar: run },
      features: {
        customer_update: { enabled: true },
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true, mode: 'at_period_end' },
        subscription_update: { enabled: false },
      },
    });
    const listed = await stripe.billingPortal.configurations.list({ active: true, limit: 100 });
    expect(listed.data.map(({ id }) => id)).toContain(made.id);
    const changed = await stripe.billingPortal.configurations.update(made.id, {
      default_return_url: 'https://example.com/other',
      features: { invoice_history: { enabled: false } },
    });
    expect(changed).toMatchObject({
      default_return_url: 'https://example.com/other',
      features: { invoice_history: { enabled: false }, payment_method_update: { enabled: true } },
    });
    await stripe.billingPortal.configurations.update(made.id, { active: false });
    const active = await stripe.billingPortal.configurations.list({ active: true, limit: 100 });
    expect(active.data.map(({ id }) => id)).not.toContain(made.id);
  });

  test('opens for one customer at an address of its own, and for nobody unknown', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const { id: configuration } = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    });
    const back = { configuration, return_url: 'https://example.com/credits' };
    const session = await stripe.billingPortal.sessions.create({ customer, ...back });
    expect(session).toMatchObject({
      object: 'billing_portal.session',
      customer,
      return_url: back.return_url,
      url: expect.stringMatching(/^https?:\/\//),
    });
    const nobody = stripe.billingPortal.sessions.create({ customer: 'cus_doesnotexist1', ...back });
    expect(await refusalOf(nobody)).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });
});

describe('a webhook endpoint', () => {
  test('tells its secret once, keeps its version, and is changed and switched off', async () => {
    const { stripe, run } = under();
    const url = `https://example.com/webhooks/${run}`;
    const made = await stripe.webhookEndpoints.create({
      url,
      enabled_events: ['checkout.session.completed', 'invoice.paid'],
      api_version: '2026-10-28.endive',
      description: 'Bursar',
    });
    expect(made).toMatchObject({
      url,
      status: 'enabled',
      api_version: '2026-10-28.endive',
      enabled_events: ['checkout.session.completed', 'invoice.paid'],
    });
    expect(made.secret).toMatch(/^whsec_/);
    const { data } = await stripe.webhookEndpoints.list({ limit: 100 });
    const listed = data.find(({ id }) => id === made.id);
    expect(listed).toMatchObject({ url, status: 'enabled', api_version: '2026-10-28.endive' });
    expect(listed?.secret).toBeUndefined();
    const changed = await stripe.webhookEndpoints.update(made.id, {
      enabled_events: ['invoice.paid'],
    });
    expect(changed.enabled_events).toEqual(['invoice.paid']);
    const off = await stripe.webhookEndpoints.update(made.id, { disabled: true });
    expect(off.status).toBe('disabled');
  });

  test('takes only what looks like an address and an event', async () => {
    const { stripe } = under();
    const create = (change: object) =>
      refusalOf(
        stripe.webhookEndpoints.create({
          url: 'https://example.com/hook',
          enabled_events: ['invoice.paid'],
          ...change,
        }),
      );
    for (const change of [{ url: 'nowhere' }, { enabled_events: ['colour'] }]) {
      expect(await create(change)).toMatchObject({
        type: 'StripeInvalidRequestError',
        statusCode: 400,
      });
    }
  });
});

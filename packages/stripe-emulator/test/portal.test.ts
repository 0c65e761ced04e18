import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { postForm, refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { advance, monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

const CARD = {
  card_number: '5555 5555 5555 4444',
  card_expiry: '12 / 34',
  card_cvc: '123',
  name: 'Ada',
};

let shop: Shop;
let configuration: Stripe.BillingPortal.Configuration;
beforeAll(async () => {
  shop = await startShop();
  configuration = await shop.stripe.billingPortal.configurations.create({
    business_profile: { headline: 'Bursar billing' },
    features: {
      customer_update: { enabled: true, allowed_updates: ['email', 'address'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: {
        enabled: true,
        mode: 'at_period_end',
        cancellation_reason: { enabled: true, options: ['too_expensive', 'unused'] },
      },
      subscription_update: { enabled: false },
    },
    metadata: { made_by: 'setup' },
  });
});
afterAll(() => shop.stop());

async function openPortal(
  customer: string,
  overrides: Partial<Stripe.BillingPortal.SessionCreateParams> = {},
): Promise<Stripe.BillingPortal.Session> {
  return shop.stripe.billingPortal.sessions.create({
    customer,
    configuration: configuration.id,
    return_url: 'http://shop.test/account',
    ...overrides,
  });
}

async function read(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

describe('configurations', () => {
  it('keep what an update does not name, and are found by whether they are active', async () => {
    const { billingPortal } = shop.stripe;
    const made = await billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    });
    expect(made).toMatchObject({
      active: true,
      is_default: false,
      features: { invoice_history: { enabled: true }, subscription_cancel: { enabled: false } },
    });
    const after = await billingPortal.configurations.update(made.id, {
      active: false,
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
      metadata: { v: '2' },
    });
    expect(after).toMatchObject({
      active: false,
      metadata: { v: '2' },
      features: {
        invoice_history: { enabled: true },
        subscription_cancel: { enabled: true, mode: 'immediately' },
      },
    });
    expect(await billingPortal.configurations.retrieve(made.id)).toEqual(
      expect.objectContaining({ id: made.id, active: false }),
    );
    const { data } = await billingPortal.configurations.list({ active: true });
    expect(data.map(({ id }) => id)).toEqual([configuration.id]);
    const refusal = await refusalOf(openPortal('cus_1', { configuration: made.id }));
    expect(refusal.code).toBe('resource_missing');
  });

  it('are needed for a session, and cannot offer what the portal does not do', async () => {
    const customer = await shop.stripe.customers.create({});
    const without = await refusalOf(
      shop.stripe.billingPortal.sessions.create({ customer: customer.id }),
    );
    expect(without.message).toContain('No configuration provided');
    const plans = await refusalOf(
      shop.stripe.billingPortal.configurations.create({
        features: { subscription_update: { enabled: true } },
      }),
    );
    expect(plans.param).toBe('features[subscription_update][enabled]');
  });
});

describe('the portal', () => {
  it('shows the plan, the card and the invoices of its customer, and of nobody else', async () => {
    const one = await subscribe(shop, await monthlyPrice(shop.stripe, 1234));
    const other = await subscribe(shop, await monthlyPrice(shop.stripe, 5678));
    const { url } = await openPortal(one.customer);
    const { status, text } = await read(url);
    expect(status).toBe(200);
    expect(text).toContain('Bursar billing');
    expect(text).toContain('$12.34 / month');
    expect(text).toContain('•••• 4242');
    expect(text).toContain(`/invoice/${one.invoice.id}`);
    expect(text).toContain('http://shop.test/account');
    expect(text).not.toContain(other.invoice.id);
    expect(text).not.toContain('56.78');
  });

  it('changes the card that renewals are charged to', async () => {
    const { customer, subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const { url } = await openPortal(customer);
    const filled = await postForm(`${url}/fill`, { fill: '5555555555554444' });
    expect(await filled.text()).toContain('5555 5555 5555 4444');
    const wrong = await postForm(`${url}/card`, { ...CARD, card_expiry: '01 / 20' });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain('in the past');
    const declined = await postForm(`${url}/card`, { ...CARD, card_number: '4000000000000002' });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    const saved = await postForm(`${url}/card`, CARD);
    expect(saved.status).toBe(303);
    const back = await read(url);
    expect(back.text).toContain('Your new card is saved');
    expect(back.text).toContain('•••• 4444');
    expect((await read(url)).text).not.toContain('Your new card is saved');
    await passPeriod(shop, subscription);
    const [charge] = (await shop.stripe.charges.list({ customer, limit: 1 })).data;
    expect(charge?.payment_method_details?.card?.last4).toBe('4444');
    const owner = await shop.stripe.customers.retrieve(customer, {
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(owner).toMatchObject({
      invoice_settings: { default_payment_method: { card: { last4: '4444' }, customer } },
    });
  });

  it('cancels at the end of the period after asking once more, and takes it back', async () => {
    const { customer, subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const { url } = await openPortal(customer);
    const form = { subscription: subscription.id };
    const asked = await (await postForm(`${url}/cancel`, form)).text();
    expect(asked).toContain('Cancel this plan?');
    expect(asked).toContain('It is too expensive');
    expect(asked).not.toContain('I miss something');
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).cancel_at).toBeNull();
    await postForm(`${url}/confirm-cancel`, { ...form, reason: 'too_expensive' });
    expect(await shop.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancellation_details: { feedback: 'too_expensive', reason: 'cancellation_requested' },
    });
    expect((await read(url)).text).toContain('Keep my plan');
    await postForm(`${url}/resume`, form);
    const resumed = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(resumed).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
  });

  it('does not touch the subscription of somebody else', async () => {
    const one = await subscribe(shop, await monthlyPrice(shop.stripe));
    const other = await subscribe(shop, await monthlyPrice(shop.stripe));
    const { url } = await openPortal(one.customer);
    const answer = await postForm(`${url}/confirm-cancel`, { subscription: other.subscription.id });
    expect(answer.status).toBe(409);
    const untouched = await shop.stripe.subscriptions.retrieve(other.subscription.id);
    expect(untouched.cancel_at).toBeNull();
  });

  it('changes the billing details that it may', async () => {
    const customer = await shop.stripe.customers.create({ email: 'a@example.com', name: 'Ada' });
    const { url } = await openPortal(customer.id);
    const wrong = await postForm(`${url}/details`, { email: 'nonsense' });
    expect(wrong.status).toBe(422);
    await postForm(`${url}/details`, {
      email: 'ada@example.com',
      customer_name: 'Mallory',
      country: 'de',
      city: 'Berlin',
    });
    expect(await shop.stripe.customers.retrieve(customer.id)).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
      address: { country: 'DE', city: 'Berlin' },
    });
  });

  it('sends the customer back after the one thing that the shop asked for', async () => {
    const { customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const { url, flow } = await openPortal(customer, {
      flow_data: {
        type: 'payment_method_update',
        after_completion: { type: 'redirect', redirect: { return_url: 'http://shop.test/done' } },
      },
    });
    expect(flow?.type).toBe('payment_method_update');
    expect((await read(url)).text).not.toContain('Current plan');
    const saved = await postForm(`${url}/card`, CARD);
    expect(saved.headers.get('location')).toBe('http://shop.test/done');
  });

  it('is closed five minutes after the link was made, unless somebody is using it', async () => {
    const { customer } = await subscribe(shop, await monthlyPrice(shop.stripe));
    const unused = await openPortal(customer);
    await advance(shop, 6 * 60);
    expect((await read(unused.url)).status).toBe(410);
    const used = await openPortal(customer);
    expect((await read(used.url)).status).toBe(200);
    await advance(shop, 50 * 60);
    expect((await read(used.url)).status).toBe(200);
    await advance(shop, 61 * 60);
    expect((await read(used.url)).status).toBe(410);
  });
});

describe('the page of an invoice', () => {
  it('shows what was paid for', async () => {
    const { invoice } = await subscribe(shop, await monthlyPrice(shop.stripe, 1999));
    const { status, text } = await read(invoice.hosted_invoice_url ?? '');
    expect(status).toBe(200);
    expect(text).toContain(invoice.number);
    expect(text).toContain('$19.99');
    expect(text).toContain('Plan for 1999');
    expect(text).not.toContain('Pay by card');
  });

  it('takes another card for one whose payment failed', async () => {
    const { customer, subscription } = await subscribe(shop, await monthlyPrice(shop.stripe));
    await shop.control('POST', `/_emu/customers/${customer}/card`, { card: '4000000000000341' });
    await passPeriod(shop, subscription);
    const due = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(due.status).toBe('past_due');
    const invoice = await shop.stripe.invoices.retrieve(idOf(due.latest_invoice));
    const url = invoice.hosted_invoice_url ?? '';
    expect((await read(url)).text).toContain('The last attempt to charge your card failed.');
    const declined = await postForm(`${url}/pay`, { ...CARD, card_number: '4000000000000341' });
    expect(declined.status).toBe(402);
    expect((await postForm(`${url}/pay`, CARD)).status).toBe(303);
    expect((await shop.stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('is not there for drafts and unknown ids', async () => {
    expect((await read(`${shop.emulator.url}/invoice/in_unknown`)).status).toBe(404);
  });
});

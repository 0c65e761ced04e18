/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { newSession, postForm, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const customer = () => shop.stripe.customers.create({ email: 'ada@example.com', name: 'Ada' });
const complete = (session: Stripe.Checkout.Session, body: object = {}) =>
  shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`, body);
/** How the page offers a saved card. */
const SAVED = /value="pm_/;
/** A customer with a saved card, and that card. */
async function withCard(token = 'pm_card_visa'): Promise<{ id: string; method: string }> {
  const { id } = await customer();
  const attached = await shop.stripe.paymentMethods.attach(token, { customer: id });
  return { id, method: attached.id };
}

describe('a payment method', () => {
  it('is made from a token or a test number; one number has one fingerprint', async () => {
    const { stripe } = shop;
    const byToken = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
      billing_details: { name: 'Ada' },
    });
    const byNumber = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 3, exp_year: 2041, cvc: '123' },
    });
    const other = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_mastercard' },
    });
    expect(byToken).toMatchObject({ customer: null, billing_details: { name: 'Ada' } });
    expect(byNumber.card).toMatchObject({ exp_month: 3, exp_year: 2041, last4: '4242' });
    expect(byNumber.card?.fingerprint).toBe(byToken.card?.fingerprint);
    expect(other.card?.fingerprint).not.toBe(byToken.card?.fingerprint);
  });

  it('is refused when its number cannot exist', async () => {
    const refusal = await refusalOf(
      shop.stripe.paymentMethods.create({
        type: 'card',
        card: { number: '4242424242424241', exp_month: 3, exp_year: 2041 },
      }),
    );
    expect(refusal).toMatchObject({ statusCode: 402, code: 'incorrect_number' });
  });

  it('is attached, listed for its customer, updated and detached, each with its event', async () => {
    const { stripe } = shop;
    const { id, method } = await withCard();
    expect((await stripe.paymentMethods.list({ customer: id })).data).toMatchObject([
      { id: method, customer: id },
    ]);
    const listed = await stripe.customers.listPaymentMethods(id, { type: 'card' });
    expect(listed).toMatchObject({ data: [{ id: method }] });
    expect(listed.url).toBe(`/v1/customers/${id}/payment_methods`);
    await stripe.paymentMethods.update(method, { card: { exp_month: 1, exp_year: 2044 } });
    const detached = await stripe.paymentMethods.detach(method);
    expect(detached).toMatchObject({ customer: null, card: { exp_month: 1, exp_year: 2044 } });
    expect((await stripe.customers.listPaymentMethods(id)).data).toEqual([]);
    await vi.waitFor(() => expect(shop.types()).toContain('payment_method.detached'));
    expect(shop.types()).toEqual(
      expect.arrayContaining(['payment_method.attached', 'payment_method.updated']),
    );
    const event = shop.received.find(({ type }) => type === 'payment_method.detached');
    expect(event?.data).toMatchObject({
      object: { customer: null },
      previous_attributes: { customer: id },
    });
  });

  it('belongs to one customer, and can never be used again once detached', async () => {
    const { stripe } = shop;
    const { id, method } = await withCard();
    const other = await customer();
    const taken = await refusalOf(stripe.paymentMethods.attach(method, { customer: other.id }));
    expect(taken.message).toContain('already been attached');
    await stripe.paymentMethods.detach(method);
    const again = await refusalOf(stripe.paymentMethods.attach(method, { customer: id }));
    expect(again.message).toContain('may not be used again');
  });

  it('whose bank declines is not saved, except the one that declines later', async () => {
    const { id } = await customer();
    const declined = await refusalOf(
      shop.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: id }),
    );
    expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const later = await shop.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: id,
    });
    expect(later.customer).toBe(id);
  });
});

describe("a customer's default card", () => {
  it('must be one of theirs, and goes when it is detached', async () => {
    const { stripe } = shop;
    const { id, method } = await withCard();
    const stranger = await withCard();
    const refusal = await refusalOf(
      stripe.customers.update(id, {
        invoice_settings: { default_payment_method: stranger.method },
      }),
    );
    expect(refusal).toMatchObject({
      code: 'resource_missing',
      param: 'invoice_settings[default_payment_method]',
    });
    const settings = { invoice_settings: { default_payment_method: method } };
    expect(await stripe.customers.update(id, settings)).toMatchObject(settings);
    shop.received.length = 0;
    await stripe.paymentMethods.detach(method);
    const after = (await stripe.customers.retrieve(id)) as Stripe.Customer;
    expect(after.invoice_settings.default_payment_method).toBeNull();
    await vi.waitFor(() => expect(shop.types()).toContain('customer.updated'));
  });

  it('can come with the customer', async () => {
    const created = await shop.stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(created.invoice_settings.default_payment_method).toMatchObject({ customer: created.id });
    const before = (await shop.stripe.customers.list()).data.length;
    await refusalOf(
      shop.stripe.customers.create({
        invoice_settings: { default_payment_method: 'pm_card_visa' },
      }),
    );
    expect((await shop.stripe.customers.list()).data).toHaveLength(before);
  });

  it('leaves with a deleted customer', async () => {
    const { id, method } = await withCard();
    await shop.stripe.customers.del(id);
    expect((await shop.stripe.paymentMethods.retrieve(method)).customer).toBeNull();
  });
});

describe('checkout', () => {
  it('saves the card for payments without the customer when the shop asks for it', async () => {
    const { id } = await customer();
    const session = await newSession(shop.stripe, 1000, {
      customer: id,
      payment_intent_data: { setup_future_usage: 'off_session' },
    });
    expect(await (await fetch(session.url ?? '')).text()).toContain('may charge this card later');
    await complete(session);
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.payment_method'],
    });
    expect(paid.payment_intent).toMatchObject({
      setup_future_usage: 'off_session',
      payment_method: { customer: id, allow_redisplay: 'limited' },
    });
    const events = await shop.stripe.events.list({ limit: 6 });
    expect(events.data.map(({ type }) => type).toReversed()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_method.attached',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ]);
  });

  it('keeps a new customer together with the card', async () => {
    const session = await newSession(shop.stripe, 1000, {
      customer_creation: 'always',
      payment_intent_data: { setup_future_usage: 'off_session' },
    });
    await complete(session);
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    });
    const made = idOf(paid.customer);
    expect(paid.payment_intent).toMatchObject({ customer: made });
    expect((await shop.stripe.customers.listPaymentMethods(made)).data).toHaveLength(1);
  });

  it('offers only the saved cards that the filters let through', async () => {
    const { id, method } = await withCard();
    await shop.stripe.paymentMethods.update(method, { allow_redisplay: 'limited' });
    const hidden = await newSession(shop.stripe, 1000, { customer: id });
    expect(await (await fetch(hidden.url ?? '')).text()).not.toMatch(SAVED);
    expect((await complete(hidden, { payment_method: method })).status).toBe(400);
    const shown = await newSession(shop.stripe, 1000, {
      customer: id,
      saved_payment_method_options: { allow_redisplay_filters: ['always', 'limited'] },
    });
    const page = await (await fetch(shown.url ?? '')).text();
    expect(page).toMatch(new RegExp(`value="${method}"\\s+checked`));
    const paid = await postForm(shown.url ?? '', { method });
    expect(paid.status).toBe(303);
    const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(shown.id, {
      expand: ['payment_intent'],
    });
    expect(intent).toMatchObject({ payment_method: method, status: 'succeeded' });
  });

  it('lets the customer keep a card, and take it away again', async () => {
    const { id } = await customer();
    const options: Stripe.Checkout.SessionCreateParams = {
      customer: id,
      saved_payment_method_options: {
        payment_method_remove: 'enabled',
        payment_method_save: 'enabled',
      },
    };
    await complete(await newSession(shop.stripe, 1000, options), { save: true });
    const [kept] = (await shop.stripe.customers.listPaymentMethods(id)).data;
    expect(kept?.allow_redisplay).toBe('always');
    const next = await newSession(shop.stripe, 1000, options);
    const page = await postForm(`${next.url}/remove-card`, { remove: kept?.id ?? '' });
    expect(await page.text()).not.toMatch(SAVED);
    expect((await shop.stripe.customers.listPaymentMethods(id)).data).toEqual([]);
  });

  it('never touches a card of somebody else', async () => {
    const { id } = await customer();
    const stranger = await withCard();
    const session = await newSession(shop.stripe, 1000, {
      customer: id,
      saved_payment_method_options: { payment_method_remove: 'enabled' },
    });
    await postForm(`${session.url}/remove-card`, { remove: stranger.method });
    const page = await postForm(session.url ?? '', { method: stranger.method });
    expect(page.status).toBe(422);
    expect((await shop.stripe.paymentMethods.retrieve(stranger.method)).customer).toBe(stranger.id);
  });
});

describe('a session that only saves a card', () => {
  it('asks for nothing but a card, and ends with a setup that succeeded', async () => {
    const { id } = await customer();
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: id,
      setup_intent_data: { metadata: { account: '7' } },
      success_url: 'http://shop.test/saved',
    });
    expect(session).toMatchObject({
      amount_total: null,
      payment_intent: null,
      payment_status: 'no_payment_required',
    });
    expect(await (await fetch(session.url ?? '')).text()).toContain('Save card');
    expect((await complete(session)).status).toBe(200);
    const done = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['setup_intent.payment_method'],
    });
    expect(done).toMatchObject({
      status: 'complete',
      setup_intent: {
        status: 'succeeded',
        metadata: { account: '7' },
        payment_method: { customer: id },
      },
    });
    await vi.waitFor(() =>
      expect(shop.types()).toEqual(
        expect.arrayContaining(['setup_intent.created', 'setup_intent.succeeded']),
      ),
    );
  });

  it('gives up its setup when it expires', async () => {
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      success_url: 'http://shop.test/saved',
    });
    const setup = idOf(session.setup_intent);
    const refusal = await refusalOf(shop.stripe.setupIntents.cancel(setup));
    expect(refusal.message).toContain('of a Checkout Session');
    await shop.stripe.checkout.sessions.expire(session.id);
    expect((await shop.stripe.setupIntents.retrieve(setup)).status).toBe('canceled');
  });

  it('takes nothing that is about money, and needs a currency', async () => {
    const base = { mode: 'setup' as const, success_url: 'http://shop.test/' };
    const { sessions } = shop.stripe.checkout;
    expect((await refusalOf(sessions.create(base))).param).toBe('currency');
    const paying = { ...base, currency: 'usd', submit_type: 'pay' as const };
    expect((await refusalOf(sessions.create(paying))).param).toBe('submit_type');
  });
});

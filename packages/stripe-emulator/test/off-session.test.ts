import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

/** A charge of a saved card while its owner is away. */
const AWAY = {
  amount: 1000,
  currency: 'usd',
  confirm: true,
  off_session: true,
  error_on_requires_action: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} satisfies Stripe.PaymentIntentCreateParams;

async function withCard(token: string): Promise<{ customer: string; payment_method: string }> {
  const { id } = await shop.stripe.customers.create({ email: 'ada@example.com' });
  const method = await shop.stripe.paymentMethods.attach(token, { customer: id });
  return { customer: id, payment_method: method.id };
}
const charge = (card: { customer?: string; payment_method: string }) =>
  shop.stripe.paymentIntents.create({ ...AWAY, ...card });

describe('a charge without the customer', () => {
  it('succeeds with a good saved card, as often as wanted', async () => {
    const card = await withCard('pm_card_visa');
    const first = await charge(card);
    const second = await charge(card);
    expect([first.status, second.status]).toEqual(['succeeded', 'succeeded']);
    expect(first).toMatchObject(card);
    const method = await shop.stripe.paymentMethods.retrieve(card.payment_method);
    expect(method.customer).toBe(card.customer);
  });

  it('of a card that can be saved but not charged is declined, with all that explains it', async () => {
    const card = await withCard('pm_card_chargeCustomerFail');
    const refusal = await refusalOf(charge(card));
    expect(refusal).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_method: { id: card.payment_method },
      payment_intent: { status: 'requires_payment_method', payment_method: null },
    });
    const failed = await shop.stripe.paymentIntents.retrieve(refusal.payment_intent?.id ?? '');
    expect(failed.last_payment_error?.payment_method?.id).toBe(card.payment_method);
    await vi.waitFor(() => expect(shop.types()).toContain('payment_intent.payment_failed'));
  });

  it('needs the owner back when the bank insists', async () => {
    const refusal = await refusalOf(charge(await withCard('pm_card_authenticationRequired')));
    expect(refusal).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method', next_action: null },
    });
    expect(refusal.charge).toMatch(/^ch_/);
  });

  it('passes for a card that was set up with its owner, and not for one that was just attached', async () => {
    const { stripe } = shop;
    const card = await withCard('pm_card_authenticationRequiredOnSetup');
    expect((await refusalOf(charge(card))).code).toBe('authentication_required');
    const setup = await stripe.setupIntents.create({
      ...card,
      confirm: true,
      return_url: 'http://shop.test/saved',
    });
    expect(setup.status).toBe('requires_action');
    await shop.control('POST', `/_emu/intents/${setup.id}/authenticate`, { outcome: 'complete' });
    expect((await charge(card)).status).toBe('succeeded');
  });

  it('passes for a card that is exempt while its owner is away', async () => {
    const card = await withCard('pm_card_authenticationRequiredSetupForOffSession');
    expect((await charge(card)).status).toBe('succeeded');
  });

  it('must be confirmed at once, and needs no return address without redirects', async () => {
    const card = await withCard('pm_card_visa');
    const { confirm: _now, ...later } = AWAY;
    const waiting = await refusalOf(shop.stripe.paymentIntents.create({ ...later, ...card }));
    expect(waiting.param).toBe('off_session');
    const { automatic_payment_methods: _never, ...redirecting } = AWAY;
    const before = (await shop.stripe.paymentIntents.list({ customer: card.customer })).data.length;
    const lost = await refusalOf(shop.stripe.paymentIntents.create({ ...redirecting, ...card }));
    expect(lost.param).toBe('return_url');
    const after = await shop.stripe.paymentIntents.list({ customer: card.customer });
    expect(after.data).toHaveLength(before);
  });

  it('can be confirmed later, off session, too', async () => {
    const card = await withCard('pm_card_visa');
    const { id, status } = await shop.stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      automatic_payment_methods: AWAY.automatic_payment_methods,
      ...card,
    });
    expect(status).toBe('requires_confirmation');
    const paid = await shop.stripe.paymentIntents.confirm(id, { off_session: true });
    expect(paid.status).toBe('succeeded');
  });
});

describe('whose card it is', () => {
  it('is checked: another customer, no customer, a detached card', async () => {
    const card = await withCard('pm_card_visa');
    const other = await withCard('pm_card_visa');
    const foreign = await refusalOf(charge({ ...card, customer: other.customer }));
    expect(foreign).toMatchObject({ code: 'resource_missing', param: 'payment_method' });
    const nobody = await refusalOf(charge({ payment_method: card.payment_method }));
    expect(nobody.message).toContain('Please include the Customer');
    await shop.stripe.paymentMethods.detach(card.payment_method);
    expect((await refusalOf(charge(card))).message).toContain('may not be used again');
    expect((await refusalOf(charge({ payment_method: 'pm_none' }))).code).toBe('resource_missing');
  });

  it('matters for reuse: a card of nobody pays once', async () => {
    const { id } = await shop.stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
    });
    const now = { ...AWAY, off_session: false, payment_method: id };
    expect((await shop.stripe.paymentIntents.create(now)).status).toBe('succeeded');
    expect((await refusalOf(shop.stripe.paymentIntents.create(now))).message).toContain(
      'may not be used again',
    );
  });

  it('is settled by paying when the shop asked to keep it', async () => {
    const { id } = await shop.stripe.customers.create({});
    const paid = await shop.stripe.paymentIntents.create({
      ...AWAY,
      off_session: false,
      customer: id,
      payment_method: 'pm_card_visa',
      setup_future_usage: 'off_session',
    });
    const saved = (await shop.stripe.customers.listPaymentMethods(id)).data;
    expect(saved.map((method) => method.id)).toEqual([idOf(paid.payment_method)]);
    expect((await charge({ customer: id, payment_method: idOf(paid.payment_method) })).status).toBe(
      'succeeded',
    );
  });
});

describe('a charge with the customer there', () => {
  const HERE = {
    amount: 1000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
  } satisfies Stripe.PaymentIntentCreateParams;

  it('waits for the bank, and says where it asks', async () => {
    const redirected = await shop.stripe.paymentIntents.create({
      ...HERE,
      return_url: 'http://shop.test/back',
    });
    expect(redirected).toMatchObject({
      status: 'requires_action',
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: {
          return_url: 'http://shop.test/back',
          url: `${shop.emulator.url}/c/3ds/${redirected.id}`,
        },
      },
    });
    const scripted = await shop.stripe.paymentIntents.create({
      ...HERE,
      automatic_payment_methods: AWAY.automatic_payment_methods,
    });
    expect(scripted.next_action?.type).toBe('use_stripe_sdk');
    await vi.waitFor(() => expect(shop.types()).toContain('payment_intent.requires_action'));
  });

  it('fails at once when the shop cannot send the customer to the bank', async () => {
    const refusal = await refusalOf(
      shop.stripe.paymentIntents.create({
        ...HERE,
        error_on_requires_action: true,
        return_url: 'http://shop.test/back',
      }),
    );
    expect(refusal).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_not_handled',
      payment_intent: { status: 'requires_payment_method', latest_charge: null },
    });
  });
});

describe('a setup', () => {
  it('succeeds with a good card and saves it', async () => {
    const { id } = await shop.stripe.customers.create({});
    const setup = await shop.stripe.setupIntents.create({ customer: id });
    expect(setup).toMatchObject({ status: 'requires_payment_method', usage: 'off_session' });
    const done = await shop.stripe.setupIntents.confirm(setup.id, {
      payment_method: 'pm_card_visa',
      return_url: 'http://shop.test/',
    });
    expect(done.status).toBe('succeeded');
    expect((await shop.stripe.customers.listPaymentMethods(id)).data).toHaveLength(1);
    const late = await refusalOf(shop.stripe.setupIntents.cancel(setup.id));
    expect(late.code).toBe('setup_intent_unexpected_state');
  });

  it('of a card that declines is a card error that carries the setup', async () => {
    const refusal = await refusalOf(
      shop.stripe.setupIntents.create({
        confirm: true,
        payment_method: 'pm_card_visa_chargeDeclined',
        return_url: 'http://shop.test/',
      }),
    );
    expect(refusal).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      setup_intent: { status: 'requires_payment_method' },
    });
    await vi.waitFor(() => expect(shop.types()).toContain('setup_intent.setup_failed'));
  });

  it('can be canceled while it waits, and is listed by its customer', async () => {
    const { id } = await shop.stripe.customers.create({});
    const setup = await shop.stripe.setupIntents.create({ customer: id });
    const canceled = await shop.stripe.setupIntents.cancel(setup.id, {
      cancellation_reason: 'abandoned',
    });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const listed = await shop.stripe.setupIntents.list({ customer: id });
    expect(listed.data.map((one) => one.id)).toEqual([setup.id]);
  });
});

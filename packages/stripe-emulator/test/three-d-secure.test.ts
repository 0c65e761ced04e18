/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { newSession, postForm, refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ seed: 'packs' });
});
afterAll(() => shop.stop());

const ALWAYS = '4000002760003184';
const THEN_DECLINES = '4000008260003178';
const FORM = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  card_expiry: '12 / 40',
  card_cvc: '123',
};

/** Presses Pay with a card whose bank asks, and returns the address of the bank. */
async function atTheBank(session: Stripe.Checkout.Session, card = ALWAYS): Promise<string> {
  const answer = await postForm(session.url ?? '', { ...FORM, card_number: card });
  expect(answer.status).toBe(303);
  const location = answer.headers.get('location') ?? '';
  expect(location).toMatch(/^\/c\/3ds\/pi_/);
  return shop.emulator.url + location;
}
const again = (session: Stripe.Checkout.Session) =>
  shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });

describe('a session whose bank asks', () => {
  it('is paid once the cardholder has confirmed', async () => {
    const session = await newSession(shop.stripe);
    const bank = await atTheBank(session);
    const page = await (await fetch(bank)).text();
    expect(page).toContain('a payment of $10.00');
    expect(page).not.toContain('<script');
    expect(await again(session)).toMatchObject({ status: 'open', payment_intent: null });
    const back = await postForm(bank, { outcome: 'complete' });
    expect(back.headers.get('location')).toBe(`http://shop.test/return?session_id=${session.id}`);
    const paid = await again(session);
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid' });
    const { latest_charge: charge } = paid.payment_intent as Stripe.PaymentIntent;
    const { payment_method_details: details } = await shop.stripe.charges.retrieve(idOf(charge));
    expect(details?.card?.three_d_secure?.result).toBe('authenticated');
    expect((await postForm(bank, { outcome: 'complete' })).status).toBe(409);
  });

  it('stays open when the cardholder fails, and takes another card', async () => {
    const session = await newSession(shop.stripe);
    const bank = await atTheBank(session);
    const back = await postForm(bank, { outcome: 'fail' });
    expect(back.status).toBe(402);
    expect(await back.text()).toContain('unable to authenticate your payment method');
    const paid = await postForm(session.url ?? '', { ...FORM, card_number: '4242424242424242' });
    expect(paid.headers.get('location')).toContain('http://shop.test/return');
    const { payment_intent: intent } = await again(session);
    const charges = await shop.stripe.charges.list({
      payment_intent: (intent as { id: string }).id,
    });
    expect(charges.data).toHaveLength(1);
  });

  it('may still be declined after the cardholder has confirmed', async () => {
    const session = await newSession(shop.stripe);
    const back = await postForm(await atTheBank(session, THEN_DECLINES), { outcome: 'complete' });
    expect(back.status).toBe(402);
    expect(await back.text()).toContain('insufficient funds');
    expect((await again(session)).status).toBe('open');
  });

  it('can be paid with another card while the first one waits, and only once', async () => {
    const session = await newSession(shop.stripe);
    const bank = await atTheBank(session);
    await postForm(session.url ?? '', { ...FORM, card_number: '4242424242424242' });
    expect((await postForm(bank, { outcome: 'complete' })).status).toBe(409);
    const { payment_intent: intent } = await again(session);
    const charges = await shop.stripe.charges.list({
      payment_intent: (intent as { id: string }).id,
    });
    expect(charges.data).toHaveLength(1);
  });

  it('payment case 21: that expires meanwhile can never be completed', async () => {
    const session = await newSession(shop.stripe, 1000, { allow_promotion_codes: true });
    await postForm(`${session.url}/promotion`, { promotion_code: 'WELCOME10' });
    const bank = await atTheBank(session);
    await shop.control('POST', '/_emu/clock', { advance: 24 * 3600 });
    expect((await again(session)).status).toBe('expired');
    const late = await postForm(bank, { outcome: 'complete' });
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('has expired');
    const [id] = /pi_\w+/.exec(bank) ?? [];
    expect(await shop.stripe.paymentIntents.retrieve(id ?? '')).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
      next_action: null,
    });
    const [code] = (await shop.stripe.promotionCodes.list({ code: 'WELCOME10' })).data;
    expect(code?.times_redeemed).toBe(0);
    await vi.waitFor(() => expect(shop.types()).toContain('checkout.session.expired'));
  });

  it('can be driven through the control API, and left at the bank', async () => {
    const session = await newSession(shop.stripe);
    const left = await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`, {
      card: ALWAYS,
      authentication: 'leave',
    });
    const bank = String(left.body['redirect_url']);
    expect(bank).toContain('/c/3ds/pi_');
    const id = bank.split('/').at(-1);
    const answer = await shop.control('POST', `/_emu/intents/${id}/authenticate`);
    expect(answer.body).toMatchObject({ session: { status: 'complete' } });
    const twice = await shop.control('POST', `/_emu/intents/${id}/authenticate`);
    expect(twice.status).toBe(400);
  });

  it('starts a subscription only afterwards', async () => {
    const session = await newSession(shop.stripe, 0, {
      mode: 'subscription',
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: 'usd',
            unit_amount: 900,
            product_data: { name: 'Plan' },
            recurring: { interval: 'month' },
          },
        },
      ],
    });
    const bank = await atTheBank(session);
    expect((await again(session)).subscription).toBeNull();
    await postForm(bank, { outcome: 'complete' });
    expect((await again(session)).subscription).toMatch(/^sub_/);
  });

  it('saves a card only afterwards', async () => {
    const { id } = await shop.stripe.customers.create({ email: 'ada@example.com' });
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: id,
      success_url: 'http://shop.test/saved',
    });
    const asked = await postForm(session.url ?? '', { ...FORM, card_number: ALWAYS });
    const bank = shop.emulator.url + (asked.headers.get('location') ?? '');
    expect(bank).toContain('/c/3ds/seti_');
    expect((await shop.stripe.customers.listPaymentMethods(id)).data).toEqual([]);
    const back = await postForm(bank, { outcome: 'complete' });
    expect(back.headers.get('location')).toBe('http://shop.test/saved');
    expect((await shop.stripe.customers.listPaymentMethods(id)).data).toHaveLength(1);
  });
});

describe('an intent of the API whose bank asks', () => {
  const create = () =>
    shop.stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'http://shop.test/back?x=1',
    });

  it.each([
    ['complete', 'succeeded', 'succeeded'],
    ['fail', 'failed', 'requires_payment_method'],
  ])('returns to the shop after %s with what came of it', async (outcome, redirect, status) => {
    const intent = await create();
    const answer = await postForm(intent.next_action?.redirect_to_url?.url ?? '', { outcome });
    const url = new URL(answer.headers.get('location') ?? '');
    expect(url.origin + url.pathname).toBe('http://shop.test/back');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      x: '1',
      payment_intent: intent.id,
      redirect_status: redirect,
    });
    expect((await shop.stripe.paymentIntents.retrieve(intent.id)).status).toBe(status);
  });

  it('says why after a failure, and can be confirmed with another card', async () => {
    const { id } = await create();
    await shop.control('POST', `/_emu/intents/${id}/authenticate`, { outcome: 'fail' });
    expect(await shop.stripe.paymentIntents.retrieve(id)).toMatchObject({
      last_payment_error: { code: 'payment_intent_authentication_failure' },
      payment_method: null,
    });
    const paid = await shop.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      return_url: 'http://shop.test/',
    });
    expect(paid.status).toBe('succeeded');
  });

  it('can be canceled while it waits', async () => {
    const { id } = await create();
    expect((await shop.stripe.paymentIntents.cancel(id)).next_action).toBeNull();
    const late = await refusalOf(shop.stripe.paymentIntents.confirm(id));
    expect(late.code).toBe('payment_intent_unexpected_state');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const NOW: Stripe.PaymentIntentCreateParams = {
  amount: 1000,
  currency: 'usd',
  confirm: true,
  payment_method: 'pm_card_visa',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
};

describe('an intent that is confirmed from the server', () => {
  it('succeeds with a good card', async () => {
    const intent = await shop.stripe.paymentIntents.create({
      ...NOW,
      metadata: { kind: 'top_up' },
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 1000,
      metadata: { kind: 'top_up' },
    });
    const charge = await shop.stripe.charges.retrieve(idOf(intent.latest_charge), {
      expand: ['balance_transaction'],
    });
    expect(charge).toMatchObject({
      metadata: { kind: 'top_up' },
      balance_transaction: { net: 941 },
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline', 'try_again_later'],
    [
      'pm_card_visa_chargeDeclinedInsufficientFunds',
      'card_declined',
      'insufficient_funds',
      'try_again_later',
    ],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card', 'confirm_card_data'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc', 'confirm_card_data'],
    [
      'pm_card_chargeDeclinedProcessingError',
      'processing_error',
      'processing_error',
      'try_again_later',
    ],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent', undefined],
  ])('with %s is a card error that says why', async (method, code, declineCode, adviceCode) => {
    const refusal = await refusalOf(
      shop.stripe.paymentIntents.create({ ...NOW, payment_method: method }),
    );
    expect(refusal).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code,
      decline_code: declineCode,
    });
    expect(refusal.advice_code).toBe(adviceCode);
    expect(refusal.payment_intent).toMatchObject({ status: 'requires_payment_method' });
    expect(refusal.payment_method?.type).toBe('card');
  });

  it('needs a return address unless redirects are off', async () => {
    const { automatic_payment_methods: _off, ...redirecting } = NOW;
    expect((await refusalOf(shop.stripe.paymentIntents.create(redirecting))).param).toBe(
      'return_url',
    );
    const intent = await shop.stripe.paymentIntents.create({
      ...redirecting,
      return_url: 'http://shop.test/',
    });
    expect(intent.status).toBe('succeeded');
  });
});

describe('an intent that waits', () => {
  it('can be declined, then confirmed with another card', async () => {
    const { id } = await shop.stripe.paymentIntents.create({ ...NOW, confirm: false });
    await refusalOf(
      shop.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }),
    );
    const paid = await shop.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_mastercard',
    });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const charges = await shop.stripe.charges.list({ payment_intent: id });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('can be changed and canceled, but a paid one cannot', async () => {
    const { id } = await shop.stripe.paymentIntents.create({ amount: 700, currency: 'eur' });
    expect(await shop.stripe.paymentIntents.update(id, { amount: 800 })).toMatchObject({
      amount: 800,
    });
    expect(
      await shop.stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' }),
    ).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    const paid = await shop.stripe.paymentIntents.create(NOW);
    expect((await refusalOf(shop.stripe.paymentIntents.cancel(paid.id))).code).toBe(
      'payment_intent_unexpected_state',
    );
  });
});

it.each([
  [49, 'usd', 'amount_too_small'],
  [100_000_000, 'usd', 'amount_too_large'],
  [49, 'jpy', 'amount_too_small'],
  [1001, 'kwd', 'invalid_charge_amount'],
  [1000, 'xyz', undefined],
])('An intent of %i %s is refused', async (amount, currency, code) => {
  const refusal = await refusalOf(shop.stripe.paymentIntents.create({ amount, currency }));
  expect(refusal.statusCode).toBe(400);
  expect(refusal.code).toBe(code);
});

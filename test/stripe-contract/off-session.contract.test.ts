import type { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

/** Exactly as `chargeSavedCard` asks. */
const AWAY = {
  amount: 2000,
  currency: 'usd',
  description: 'Automatic top-up',
  confirm: true,
  off_session: true,
  error_on_requires_action: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { kind: 'auto_topup', attempt: 'a-1', wallet: 'user:ada' },
} satisfies Stripe.PaymentIntentCreateParams;

async function withCard(token: string): Promise<{ customer: string; payment_method: string }> {
  const { stripe } = under();
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  const { id } = await stripe.paymentMethods.attach(token, { customer });
  return { customer, payment_method: id };
}

describe('a charge of a saved card whose owner is away', () => {
  test('succeeds, once for a key', async () => {
    const { stripe, run } = under();
    const params = { ...AWAY, ...(await withCard('pm_card_visa')) };
    const options = { idempotencyKey: `topup:${run}` };
    const paid = await stripe.paymentIntents.create(params, options);
    expect(paid).toMatchObject({
      object: 'payment_intent',
      status: 'succeeded',
      amount: 2000,
      amount_received: 2000,
      currency: 'usd',
      customer: params.customer,
      metadata: AWAY.metadata,
      last_payment_error: null,
      livemode: false,
    });
    expect((await stripe.paymentIntents.create(params, options)).id).toBe(paid.id);
    const { data } = await stripe.paymentIntents.list({
      customer: params.customer,
      created: { gte: paid.created - 600 },
      limit: 100,
    });
    expect(data.map(({ id }) => id)).toEqual([paid.id]);
  });

  test('shows a receipt, its charge and who paid', async () => {
    const { stripe } = under();
    const params = { ...AWAY, ...(await withCard('pm_card_visa')) };
    const { id } = await stripe.paymentIntents.create(params);
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(id, {
      expand: ['latest_charge'],
    });
    expect(charge).toMatchObject({
      status: 'succeeded',
      amount: 2000,
      currency: 'usd',
      payment_intent: id,
      refunded: false,
      metadata: AWAY.metadata,
      receipt_url: expect.stringMatching(/^https?:\/\//),
    });
  });

  test('payment case 56: that is declined says why, and repeats that under its key', async () => {
    const { stripe, run } = under();
    const params = { ...AWAY, ...(await withCard('pm_card_chargeCustomerFail')) };
    const options = { idempotencyKey: `topup-declined:${run}` };
    const refusal = await refusalOf(stripe.paymentIntents.create(params, options));
    expect(refusal).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_intent: { status: 'requires_payment_method', metadata: AWAY.metadata },
    });
    const again = await refusalOf(stripe.paymentIntents.create(params, options));
    expect(again.payment_intent?.id).toBe(refusal.payment_intent?.id);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    const intent = await stripe.paymentIntents.retrieve(refusal.payment_intent?.id ?? '');
    expect(intent.last_payment_error).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
    const { data } = await stripe.charges.list({ payment_intent: intent.id, limit: 100 });
    expect(data).toMatchObject([{ status: 'failed', metadata: AWAY.metadata }]);
  });

  test('payment case 57: that wants its owner is refused and parks nothing', async () => {
    const card = await withCard('pm_card_authenticationRequired');
    const refusal = await refusalOf(under().stripe.paymentIntents.create({ ...AWAY, ...card }));
    expect(refusal).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'authentication_required',
    });
    expect(refusal.payment_intent?.status).toBe('requires_payment_method');
  });

  test('of a card or a customer that is gone is refused by the parameter', async () => {
    const { stripe } = under();
    const card = await withCard('pm_card_visa');
    const charge = (change: object) =>
      refusalOf(stripe.paymentIntents.create({ ...AWAY, ...card, ...change }));
    expect(await charge({ payment_method: 'pm_doesnotexist123' })).toMatchObject({
      type: 'StripeInvalidRequestError',
      code: 'resource_missing',
      param: 'payment_method',
    });
    await stripe.paymentMethods.detach(card.payment_method);
    expect(await charge({})).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
    });
    await stripe.customers.del(card.customer);
    expect(await charge({})).toMatchObject({ type: 'StripeInvalidRequestError' });
  });

  test('of another customer’s card is refused', async () => {
    const card = await withCard('pm_card_visa');
    const other = await withCard('pm_card_visa');
    const foreign = { ...AWAY, ...card, customer: other.customer };
    expect(await refusalOf(under().stripe.paymentIntents.create(foreign))).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
    });
  });

  test('of too little or of a fraction is refused', async () => {
    const { stripe } = under();
    const card = await withCard('pm_card_visa');
    const charge = (amount: number) =>
      refusalOf(stripe.paymentIntents.create({ ...AWAY, ...card, amount }));
    expect(await charge(10)).toMatchObject({ code: 'amount_too_small' });
    expect(await charge(10.5)).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  });
});

describe('a payment that waits', () => {
  test('for the bank can be cancelled, once; one that succeeded cannot', async () => {
    const { stripe } = under();
    const card = await withCard('pm_card_authenticationRequired');
    const { off_session: _away, error_on_requires_action: _error, ...here } = AWAY;
    const waiting = await stripe.paymentIntents.create({ ...here, ...card });
    expect(waiting).toMatchObject({ status: 'requires_action', amount_received: 0 });
    expect((await stripe.paymentIntents.cancel(waiting.id)).status).toBe('canceled');
    const paid = await stripe.paymentIntents.create({
      ...AWAY,
      ...(await withCard('pm_card_visa')),
    });
    for (const { id } of [waiting, paid]) {
      expect(await refusalOf(stripe.paymentIntents.cancel(id))).toMatchObject({
        code: 'payment_intent_unexpected_state',
        statusCode: 400,
      });
    }
  });

  test('that never was is missing', async () => {
    const refusal = await refusalOf(under().stripe.paymentIntents.retrieve('pi_doesnotexist123'));
    expect(refusal).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });
});

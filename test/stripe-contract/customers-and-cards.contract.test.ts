import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

describe('a customer', () => {
  test('is created once for a key, and the second answer says that it is a repetition', async () => {
    const { stripe, run } = under();
    const params = { email: 'ada@example.com', name: 'Ada', metadata: { wallet: 'user:ada' } };
    const once = await stripe.customers.create(params, { idempotencyKey: `customer:${run}` });
    const again = await stripe.customers.create(params, { idempotencyKey: `customer:${run}` });
    expect(again.id).toBe(once.id);
    expect(once.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(once).toMatchObject({
      object: 'customer',
      livemode: false,
      email: 'ada@example.com',
      metadata: { wallet: 'user:ada' },
      invoice_settings: { default_payment_method: null },
    });
  });

  test('that is deleted is still answered, as deleted; one that never was is missing', async () => {
    const { stripe } = under();
    const { id } = await stripe.customers.create({});
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
    expect(await refusalOf(stripe.customers.retrieve('cus_doesnotexist1'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  test('that is deleted can be used for nothing any more', async () => {
    const { stripe } = under();
    const { id } = await stripe.customers.create({});
    await stripe.customers.del(id);
    const refusals = [
      await refusalOf(stripe.customers.update(id, { name: 'Ada' })),
      await refusalOf(stripe.paymentMethods.attach('pm_card_visa', { customer: id })),
      await refusalOf(
        stripe.paymentIntents.create({ amount: 1000, currency: 'usd', customer: id }),
      ),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        type: 'StripeInvalidRequestError',
        code: 'resource_missing',
      });
    }
  });
});

describe('a saved card', () => {
  test('is shown with everything that Bursar keeps of it', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const card = await stripe.paymentMethods.retrieve(id);
    expect(card).toMatchObject({ customer, type: 'card', card: { brand: 'visa', last4: '4242' } });
    expect(card.card?.fingerprint).toMatch(/^\w+$/);
    expect(card.card?.exp_month).toBeGreaterThanOrEqual(1);
    expect(card.card?.exp_year).toBeGreaterThanOrEqual(new Date().getUTCFullYear());
  });

  test('has one fingerprint however often it is saved', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const first = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const second = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const other = await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    expect(second.id).not.toBe(first.id);
    expect(second.card?.fingerprint).toBe(first.card?.fingerprint);
    expect(other.card?.fingerprint).not.toBe(first.card?.fingerprint);
  });

  test('is the default only once it was made that, and only if it is the customer’s own', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const { id: other } = await stripe.customers.create({});
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
    const settings = { invoice_settings: { default_payment_method: id } };
    expect(await stripe.customers.update(customer, settings)).toMatchObject(settings);
    expect(await refusalOf(stripe.customers.update(other, settings))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
  });

  test('that is detached is still there, of nobody, and can never be used again', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
    const options = { idempotencyKey: `detach:${id}` };
    expect((await stripe.paymentMethods.detach(id, {}, options)).customer).toBeNull();
    expect((await stripe.paymentMethods.detach(id, {}, options)).customer).toBeNull();
    expect((await stripe.paymentMethods.retrieve(id)).customer).toBeNull();
    expect(await stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
    expect(await refusalOf(stripe.paymentMethods.attach(id, { customer }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
  });

  test('that the bank declines cannot be saved', async () => {
    const { stripe } = under();
    const { id: customer } = await stripe.customers.create({});
    const refusal = await refusalOf(
      stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer }),
    );
    expect(refusal).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
  });

  test('that never was is missing', async () => {
    const refusal = await refusalOf(under().stripe.paymentMethods.retrieve('pm_doesnotexist123'));
    expect(refusal).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });
});

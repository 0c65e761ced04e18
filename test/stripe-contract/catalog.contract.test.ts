import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

describe('a product', () => {
  test('may have an id of ours, is found by it, and is renamed', async () => {
    const { stripe, run } = under();
    const id = `bursar_pack_${run}`;
    expect(await refusalOf(stripe.products.retrieve(id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    await stripe.products.create({ id, name: '1000 credits', metadata: { bursar: 'pack' } });
    expect(await stripe.products.retrieve(id)).toMatchObject({
      id,
      active: true,
      name: '1000 credits',
      metadata: { bursar: 'pack' },
    });
    expect(await stripe.products.update(id, { name: '2000 credits', active: true })).toMatchObject({
      name: '2000 credits',
    });
    expect(await refusalOf(stripe.products.create({ id, name: 'Again' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_already_exists',
    });
  });
});

describe('a price', () => {
  test('is found by its lookup key alone', async () => {
    const { stripe, run } = under();
    const key = `one-${run}`;
    expect((await stripe.prices.list({ lookup_keys: [key], active: true, limit: 1 })).data).toEqual(
      [],
    );
    const made = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1500,
      lookup_key: key,
      product_data: { name: `Pack ${run}` },
    });
    const { data } = await stripe.prices.list({ lookup_keys: [key], active: true, limit: 1 });
    expect(data).toMatchObject([
      { id: made.id, unit_amount: 1500, currency: 'usd', recurring: null, lookup_key: key },
    ]);
    expect(typeof data[0]?.product).toBe('string');
  });

  test('takes a lookup key over when it is told to, and is refused it otherwise', async () => {
    const { stripe, run } = under();
    const { id: product } = await stripe.products.create({ name: `Moved ${run}` });
    const terms = { currency: 'usd', product, lookup_key: `moved-${run}` };
    const first = await stripe.prices.create({ ...terms, unit_amount: 1000 });
    const refusal = await refusalOf(stripe.prices.create({ ...terms, unit_amount: 2000 }));
    expect(refusal).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    const second = await stripe.prices.create({
      ...terms,
      unit_amount: 2000,
      transfer_lookup_key: true,
    });
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
    const { data } = await stripe.prices.list({ lookup_keys: [terms.lookup_key], active: true });
    expect(data.map(({ id }) => id)).toEqual([second.id]);
  });

  test('of a plan repeats by interval, and comes once for a key', async () => {
    const { stripe, run } = under();
    const params = {
      currency: 'usd',
      unit_amount: 2000,
      recurring: { interval: 'month' },
      lookup_key: `plan-${run}`,
      transfer_lookup_key: true,
      product_data: { name: 'Team', metadata: { kind: 'plan' } },
      metadata: { kind: 'plan', plan: 'team' },
    } as const;
    const options = { idempotencyKey: `plan:${run}` };
    const once = await stripe.prices.create(params, options);
    expect((await stripe.prices.create(params, options)).id).toBe(once.id);
    expect(once).toMatchObject({
      unit_amount: 2000,
      currency: 'usd',
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
    });
  });

  test('that is archived is not among the active ones, and sells nothing', async () => {
    const { stripe, run } = under();
    const key = `archived-${run}`;
    const { id } = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1000,
      lookup_key: key,
      product_data: { name: `Archived ${run}` },
    });
    await stripe.prices.update(id, { active: false });
    expect((await stripe.prices.list({ lookup_keys: [key], active: true })).data).toEqual([]);
    const refusal = await refusalOf(
      stripe.checkout.sessions.create({
        mode: 'payment',
        line_items: [{ price: id, quantity: 1 }],
        success_url: 'https://example.com/return',
      }),
    );
    expect(refusal).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  });
});

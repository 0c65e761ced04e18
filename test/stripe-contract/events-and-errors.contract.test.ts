import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

describe('events', () => {
  test('are listed by type and time, newest first, with the object as it was', async () => {
    const { stripe, soon } = under();
    const first = await stripe.customers.create({ name: 'First' });
    await stripe.customers.update(first.id, { name: 'Renamed' });
    const listed = await soon('both events are listed', async () => {
      const { data } = await stripe.events.list({
        types: ['customer.created', 'customer.updated'],
        created: { gte: first.created - 5 },
        limit: 100,
      });
      const own = data.filter(({ data: { object } }) => 'id' in object && object.id === first.id);
      return own.length === 2 ? own : null;
    });
    expect(listed.map(({ type }) => type)).toEqual(['customer.updated', 'customer.created']);
    expect(listed[1]).toMatchObject({
      object: 'event',
      livemode: false,
      data: { object: { id: first.id, name: 'First' } },
      request: { id: first.lastResponse.requestId },
    });
    expect(listed[0]?.data.previous_attributes).toMatchObject({ name: 'First' });
    const one = await stripe.events.retrieve(listed[1]?.id ?? '');
    expect(one.type).toBe('customer.created');
  });

  test('are paged from the newest back and from a known one forth', async () => {
    const { stripe, soon } = under();
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) made.push((await stripe.customers.create({ name })).id);
    const events = await soon('all three are listed', async () => {
      const { data } = await stripe.events.list({ type: 'customer.created', limit: 100 });
      const own = data.filter(({ data: { object } }) => 'id' in object && made.includes(object.id));
      return own.length === 3 ? own : null;
    });
    const [newest, , oldest] = events;
    const forth = await stripe.events.list({
      type: 'customer.created',
      ending_before: oldest?.id ?? '',
      limit: 100,
    });
    expect(forth.data.map(({ id }) => id)).toContain(newest?.id);
    expect(forth.data.map(({ id }) => id)).not.toContain(oldest?.id);
    const back = await stripe.events.list({
      type: 'customer.created',
      starting_after: newest?.id ?? '',
      limit: 1,
    });
    expect(back.data).toHaveLength(1);
    expect(back.has_more).toBe(true);
  });

  test('that are unknown are missing, and more than twenty types are refused', async () => {
    const { stripe } = under();
    expect(await refusalOf(stripe.events.retrieve('evt_doesnotexist1'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    const types = Array.from({ length: 21 }, () => 'customer.created');
    expect(await refusalOf(stripe.events.list({ types }))).toMatchObject({ statusCode: 400 });
  });
});

describe('lists', () => {
  test('have pages of at most a hundred and refuse cursors that are unknown', async () => {
    const { stripe } = under();
    expect(await refusalOf(stripe.customers.list({ limit: 101 }))).toMatchObject({
      statusCode: 400,
      param: 'limit',
    });
    const cursor = { starting_after: 'cus_doesnotexist1' };
    expect(await refusalOf(stripe.customers.list(cursor))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  test('of another expansion than there is are refused', async () => {
    const { stripe } = under();
    await stripe.customers.create({});
    const list = stripe.customers.list({ limit: 1, expand: ['data.colour'] });
    expect(await refusalOf(list)).toMatchObject({ statusCode: 400 });
  });
});

describe('a refusal', () => {
  test('names its kind, its parameter and the request', async () => {
    const { stripe } = under();
    const refusal = await refusalOf(
      stripe.refunds.create({ payment_intent: 'pi_none', amount: 1 }),
    );
    expect(refusal).toMatchObject({
      type: 'StripeInvalidRequestError',
      rawType: 'invalid_request_error',
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_intent',
    });
    expect(refusal.requestId).toMatch(/^req_/);
    expect(refusal.message).toContain('pi_none');
  });

  test('of a wrong key is one of authentication', async () => {
    const stranger = under().withKey('sk_live_or_not');
    expect(await refusalOf(stranger.customers.list())).toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
  });

  test('of an address that does not exist has the same shape', async () => {
    const call = under().stripe.rawRequest('GET', '/v1/colours');
    expect(await refusalOf(call)).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 404,
    });
  });

  test('of metadata beyond its limits names them', async () => {
    const { stripe } = under();
    const create = (metadata: Record<string, string>) =>
      refusalOf(stripe.customers.create({ metadata }));
    expect(await create({ ['k'.repeat(41)]: 'v' })).toMatchObject({ statusCode: 400 });
    expect(await create({ k: 'v'.repeat(501) })).toMatchObject({ statusCode: 400 });
  });

  test('payment case 75: for too many requests says so by status and type', async () => {
    const { stripe, onlyEmulated } = under();
    await onlyEmulated(
      'the answer to too many requests',
      'provoking it would disturb everybody else on the account',
      async (control) => {
        await control('/faults', { match: 'GET /v1/customers', kind: '429' });
        expect(await refusalOf(stripe.customers.list())).toMatchObject({
          type: 'StripeRateLimitError',
          statusCode: 429,
          code: 'rate_limit',
        });
      },
    );
  });
});

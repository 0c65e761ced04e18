/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { newSession, paidCharge, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
/** Ids of seven customers, newest first. */
const ids: string[] = [];
beforeAll(async () => {
  shop = await startShop();
  for (let index = 0; index < 7; index++)
    ids.unshift((await shop.stripe.customers.create({ name: `c${index}` })).id);
});
afterAll(() => shop.stop());

const pageIds = (page: Stripe.ApiList<{ id: string }>): string[] => page.data.map(({ id }) => id);

describe('a list', () => {
  it('is newest first, and pages backwards in time with starting_after', async () => {
    const first = await shop.stripe.customers.list({ limit: 3 });
    expect(pageIds(first)).toEqual(ids.slice(0, 3));
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' });
    const last = await shop.stripe.customers.list({ limit: 4, starting_after: ids[2] ?? '' });
    expect(pageIds(last)).toEqual(ids.slice(3));
    expect(last.has_more).toBe(false);
  });

  it('pages towards the present with ending_before, each page still newest first', async () => {
    const page = await shop.stripe.customers.list({ limit: 2, ending_before: ids[4] ?? '' });
    expect(pageIds(page)).toEqual(ids.slice(2, 4));
    expect(page.has_more).toBe(true);
    const newest = await shop.stripe.customers.list({ limit: 2, ending_before: ids[2] ?? '' });
    expect(newest).toMatchObject({ has_more: false });
  });

  it('is walked whole by the SDK in both directions', async () => {
    const back: string[] = [];
    for await (const { id } of shop.stripe.customers.list({ limit: 2 })) back.push(id);
    expect(back).toEqual(ids);
    const forth: string[] = [];
    const oldest = ids.at(-1) ?? '';
    for await (const { id } of shop.stripe.customers.list({ limit: 2, ending_before: oldest }))
      forth.push(id);
    expect(forth).toEqual(ids.slice(0, -1).toReversed());
  });

  it('filters by time of creation', async () => {
    const { created } = (await shop.stripe.customers.retrieve(ids[0] ?? '')) as Stripe.Customer;
    expect((await shop.stripe.customers.list({ created: { gt: created } })).data).toEqual([]);
    expect(
      (await shop.stripe.customers.list({ created: { lte: created, gte: created - 60 } })).data,
    ).toHaveLength(7);
  });

  it.each<[string, Stripe.CustomerListParams, object]>([
    ['a limit of 0', { limit: 0 }, { param: 'limit' }],
    ['a limit of 101', { limit: 101 }, { param: 'limit' }],
    [
      'an unknown cursor',
      { starting_after: 'cus_none' },
      { code: 'resource_missing', param: 'starting_after' },
    ],
    [
      'two cursors',
      { starting_after: 'cus_a', ending_before: 'cus_b' },
      { code: 'parameters_exclusive' },
    ],
    [
      'an unknown filter',
      { colour: 'red' } as Stripe.CustomerListParams,
      { code: 'parameter_unknown', param: 'colour' },
    ],
  ])('refuses %s', async (_name, params, expected) => {
    const refusal = await refusalOf(shop.stripe.customers.list(params));
    expect(refusal.statusCode).toBe(400);
    expect(refusal).toMatchObject(expected);
  });

  it('of sessions filters by status, customer and intent', async () => {
    const customer = ids[0] ?? '';
    const open = await newSession(shop.stripe, 1000, { customer });
    const charge = await paidCharge(shop);
    const byCustomer = await shop.stripe.checkout.sessions.list({ customer, status: 'open' });
    expect(pageIds(byCustomer)).toEqual([open.id]);
    const byIntent = await shop.stripe.checkout.sessions.list({
      payment_intent: idOf(charge.payment_intent),
    });
    expect(byIntent.data).toMatchObject([{ status: 'complete' }]);
  });
});

describe('expansion', () => {
  it('fills in references four levels deep, through lists too', async () => {
    const session = await newSession(shop.stripe, 1000, { customer: ids[0] ?? '' });
    await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    const deep = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: [
        'customer',
        'line_items.data.price.product',
        'payment_intent.latest_charge.balance_transaction.source',
      ],
    });
    expect(deep).toMatchObject({
      customer: { id: ids[0], object: 'customer' },
      line_items: { data: [{ price: { unit_amount: 1000, product: { name: '1,000 credits' } } }] },
      payment_intent: { latest_charge: { balance_transaction: { source: { object: 'charge' } } } },
    });
    const list = await shop.stripe.charges.list({
      limit: 1,
      expand: ['data.payment_intent.customer'],
    });
    expect(list.data[0]?.payment_intent).toMatchObject({ customer: { name: 'c6' } });
  });

  it('leaves a null reference null, and stored objects as they were', async () => {
    const session = await newSession(shop.stripe);
    const expanded = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    });
    expect(expanded.payment_intent).toBeNull();
    const plain = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect(plain).not.toHaveProperty('line_items');
  });

  it.each([
    ['amount_total', 'cannot be expanded'],
    ['nonsense', 'cannot be expanded'],
    ['total_details', 'cannot be expanded'],
    ['payment_intent.latest_charge.balance_transaction.source.customer', 'more than 4 levels'],
  ])('of %s is refused', async (path, message) => {
    const session = await newSession(shop.stripe);
    const refusal = await refusalOf(
      shop.stripe.checkout.sessions.retrieve(session.id, { expand: [path] }),
    );
    expect(refusal).toMatchObject({ statusCode: 400, param: 'expand' });
    expect(refusal.message).toContain(message);
  });
});

/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import {
  lineItem,
  newSession,
  paidCharge,
  refusalOf,
  startShop,
  type Shop,
} from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ seed: 'packs' });
});
afterAll(() => shop.stop());

describe('a paid session', () => {
  it('is announced in the order of Stripe, every event signed', async () => {
    shop.received.length = 0;
    const session = await newSession(shop.stripe, 1000, { metadata: { order: 'o1' } });
    await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    await vi.waitFor(() => expect(shop.received).toHaveLength(5), 60_000);
    const events = await shop.stripe.events.list({ limit: 5 });
    expect(events.data.map(({ type }) => type).toReversed()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ]);
    expect(new Set(shop.types())).toEqual(new Set(events.data.map(({ type }) => type)));
  });

  it('carries its references, and its intent carries the metadata meant for it', async () => {
    const customer = await shop.stripe.customers.create({ email: 'ada@example.com', name: 'Ada' });
    const session = await newSession(shop.stripe, 1000, {
      client_reference_id: 'order_7',
      customer: customer.id,
      metadata: { order_id: '7' },
      payment_intent_data: { metadata: { order_id: '7' } },
    });
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
    });
    const { body } = await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`);
    expect(body['redirect_url']).toBe(`http://shop.test/return?session_id=${session.id}`);
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      client_reference_id: 'order_7',
      customer: customer.id,
      metadata: { order_id: '7' },
      url: null,
      payment_intent: { status: 'succeeded', amount_received: 1000, metadata: { order_id: '7' } },
    });
  });

  it('books the charge less the fee once charge.updated is out', async () => {
    const charge = await paidCharge(shop, 1000);
    expect(charge).toMatchObject({
      paid: true,
      status: 'succeeded',
      amount: 1000,
      refunded: false,
    });
    const booked = await shop.stripe.balanceTransactions.retrieve(idOf(charge.balance_transaction));
    expect(booked).toMatchObject({
      amount: 1000,
      fee: 59,
      net: 941,
      reporting_category: 'charge',
      source: charge.id,
    });
    const [first] = (await shop.stripe.events.list({ type: 'charge.succeeded', limit: 1 })).data;
    expect(first?.data.object).toMatchObject({ balance_transaction: null });
  });
});

describe('an open session', () => {
  it('sums stored prices and inline prices, and lists its items in the given order', async () => {
    const [price] = (await shop.stripe.prices.list({ lookup_keys: ['pack_pro'] })).data;
    const session = await newSession(shop.stripe, 0, {
      line_items: [
        { price: price?.id ?? '', quantity: 2 },
        {
          quantity: 3,
          price_data: { currency: 'usd', unit_amount: 150, product_data: { name: 'Stickers' } },
        },
      ],
    });
    expect(session.amount_total).toBe(5450);
    const items = await shop.stripe.checkout.sessions.listLineItems(session.id, { limit: 1 });
    expect(items).toMatchObject({
      has_more: true,
      data: [{ description: 'Pro pack', amount_total: 5000 }],
    });
    const rest = await shop.stripe.checkout.sessions.listLineItems(session.id, {
      starting_after: items.data[0]?.id ?? '',
    });
    expect(rest.data.map(({ description }) => description)).toEqual(['Stickers']);
  });

  it('expires by request, is announced, and cannot be paid or expired again', async () => {
    const session = await newSession(shop.stripe);
    const expired = await shop.stripe.checkout.sessions.expire(session.id);
    expect(expired).toMatchObject({ status: 'expired', payment_status: 'unpaid', url: null });
    await vi.waitFor(() => expect(shop.types()).toContain('checkout.session.expired'));
    expect(
      (await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`)).status,
    ).toBe(400);
    expect((await refusalOf(shop.stripe.checkout.sessions.expire(session.id))).message).toContain(
      'status of expired',
    );
  });

  it('expires by itself when the clock passes expires_at, not before', async () => {
    const clock = await shop.control('GET', '/_emu/clock');
    const session = await newSession(shop.stripe, 1000, {
      expires_at: Number(clock.body['now']) + 1860,
    });
    await shop.control('POST', '/_emu/clock', { advance: 1700 });
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    await shop.control('POST', '/_emu/clock', { advance: 200 });
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  });

  it('keeps one intent over declined attempts and cancels it when it expires', async () => {
    const session = await newSession(shop.stripe);
    const address = `/_emu/checkout/sessions/${session.id}/complete`;
    const declined = await shop.control('POST', address, { card: '4000000000009995' });
    expect(declined).toMatchObject({
      status: 402,
      body: { error: { decline_code: 'insufficient_funds' } },
    });
    await shop.control('POST', address, { card: '4000000000000002' });
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
    const [intent] = (await shop.stripe.paymentIntents.list({ limit: 1 })).data;
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
    const charges = await shop.stripe.charges.list({ payment_intent: intent?.id ?? '' });
    expect(charges.data.map(({ status }) => status)).toEqual(['failed', 'failed']);
    await shop.stripe.checkout.sessions.expire(session.id);
    expect(await shop.stripe.paymentIntents.retrieve(intent?.id ?? '')).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    });
  });
});

describe('creating a session is refused', () => {
  it.each<[string, Stripe.Checkout.SessionCreateParams, object]>([
    [
      'an unknown customer',
      { customer: 'cus_none' },
      { code: 'resource_missing', param: 'customer' },
    ],
    [
      'an unknown price',
      { line_items: [{ price: 'price_none', quantity: 1 }] },
      { code: 'resource_missing', param: 'line_items[0][price]' },
    ],
    ['a total below the minimum', { line_items: [lineItem(49)] }, { code: 'amount_too_small' }],
    [
      'a total below the minimum of a zero-decimal currency',
      { line_items: [lineItem(49, 'jpy')] },
      { code: 'amount_too_small' },
    ],
    [
      'mixed currencies',
      { line_items: [lineItem(500), lineItem(500, 'eur')] },
      { param: 'line_items' },
    ],
    ['no line items', { line_items: [] }, { code: 'parameter_missing', param: 'line_items' }],
    [
      'codes and discounts together',
      { allow_promotion_codes: true, discounts: [{ coupon: 'x' }] },
      { code: 'parameters_exclusive' },
    ],
    [
      'an expiry in less than 30 minutes',
      { expires_at: 1_900_000_000 - 1_899_999_999 },
      { param: 'expires_at' },
    ],
    ['line items where a card is only saved', { mode: 'setup' }, { param: 'line_items' }],
    [
      'a success address that is none',
      { success_url: 'shop' },
      { code: 'url_invalid', param: 'success_url' },
    ],
  ])('for %s', async (_name, overrides, expected) => {
    const refusal = await refusalOf(newSession(shop.stripe, 1000, overrides));
    expect(refusal.statusCode).toBe(400);
    expect(refusal).toMatchObject(expected);
  });
});

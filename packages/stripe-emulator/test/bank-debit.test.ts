import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { lineItem, newSession, postForm, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.stop());

const advance = (seconds: number) => shop.control('POST', '/_emu/clock', { advance: seconds });
const types = async (): Promise<string[]> =>
  (await shop.stripe.events.list({ limit: 20 })).data.map(({ type }) => type).toReversed();

async function debited(how: 'succeeds' | 'fails'): Promise<Stripe.Checkout.Session> {
  const { id } = await newSession(shop.stripe, 1000, { metadata: { order: '7' } });
  await shop.control('POST', `/_emu/checkout/sessions/${id}/complete`, { bank_debit: how });
  return shop.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] });
}

describe('a session paid by direct debit', () => {
  it('is complete at once but unpaid, with its payment on the way', async () => {
    const session = await debited('succeeds');
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_intent: {
        status: 'processing',
        latest_charge: { status: 'pending', paid: false, balance_transaction: null },
      },
    });
    expect(await types()).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'checkout.session.completed',
    ]);
  });

  it('is paid when the debit has come through', async () => {
    const { id, payment_intent: intent } = await debited('succeeds');
    await advance(120);
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('unpaid');
    await advance(61);
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('paid');
    expect((await types()).slice(4)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
      'charge.updated',
    ]);
    const charge = await shop.stripe.charges.list({ payment_intent: idOf(intent) });
    expect(charge.data[0]).toMatchObject({ status: 'succeeded', paid: true });
    expect(charge.data[0]?.id).toMatch(/^py_/);
    expect(charge.data[0]?.balance_transaction).not.toBeNull();
  });

  it('stays unpaid when the debit comes back', async () => {
    const { id, payment_intent: intent } = await debited('fails');
    await advance(180);
    const session = await shop.stripe.checkout.sessions.retrieve(id);
    expect(session).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    expect(await shop.stripe.paymentIntents.retrieve(idOf(intent))).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'insufficient_funds' },
    });
    expect((await types()).slice(4)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ]);
    expect((await shop.stripe.balanceTransactions.list()).data).toEqual([]);
  });

  it('takes as long as the settings say', async () => {
    await shop.control('POST', '/_emu/settings', { bank_debit_seconds: 4 * 86_400 });
    const { id } = await debited('succeeds');
    await advance(3 * 86_400);
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('unpaid');
    await advance(86_400);
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('paid');
  });

  it('is refunded slowly, too', async () => {
    const { payment_intent: intent } = await debited('succeeds');
    await advance(180);
    const refund = await shop.stripe.refunds.create({ payment_intent: idOf(intent) });
    expect(refund.status).toBe('pending');
    await advance(60);
    expect((await shop.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });
});

describe('the page', () => {
  it('offers a direct debit in dollars, without asking for a card', async () => {
    const session = await newSession(shop.stripe);
    expect(await (await fetch(session.url ?? '')).text()).toContain('Bank debit');
    const form = { email: 'ada@example.com', method: 'succeeds' };
    expect((await postForm(session.url ?? '', form)).status).toBe(303);
    const paid = await shop.stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
  });

  it.each([
    ['in another currency', { line_items: [lineItem(1000, 'eur')] }],
    ['where the shop takes only cards', { allowed_payment_method_types: ['card' as const] }],
  ])('offers none %s', async (_name, overrides) => {
    const session = await newSession(shop.stripe, 1000, overrides);
    expect(await (await fetch(session.url ?? '')).text()).not.toContain('Bank debit');
    const form = { email: 'ada@example.com', method: 'succeeds' };
    expect((await postForm(session.url ?? '', form)).status).toBe(422);
  });
});

it('Money is booked as late as the settings say, and charge.updated tells of it', async () => {
  await shop.control('POST', '/_emu/settings', { settlement_seconds: 3600 });
  const { id } = await newSession(shop.stripe);
  await shop.control('POST', `/_emu/checkout/sessions/${id}/complete`);
  const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(id);
  const charge = async (): Promise<Stripe.Charge | undefined> =>
    (await shop.stripe.charges.list({ payment_intent: idOf(intent) })).data[0];
  expect(await charge()).toMatchObject({ status: 'succeeded', balance_transaction: null });
  await advance(3600);
  expect((await charge())?.balance_transaction).toMatch(/^txn_/);
  await vi.waitFor(() => expect(shop.types()).toContain('charge.updated'));
});

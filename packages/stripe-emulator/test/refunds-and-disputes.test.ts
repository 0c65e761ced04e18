/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { paidCharge, refusalOf, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

/** What the balance says of an object: amounts, oldest first. */
async function booked(source: string): Promise<number[]> {
  const { data } = await shop.stripe.balanceTransactions.list({ source });
  return data.map(({ amount }) => amount).toReversed();
}

async function dispute(charge: Stripe.Charge, body: object = {}): Promise<Stripe.Dispute> {
  const answer = await shop.control('POST', `/_emu/charges/${charge.id}/dispute`, body);
  expect(answer.status).toBe(200);
  return shop.stripe.disputes.retrieve((answer.body['dispute'] as Stripe.Dispute).id);
}

describe('refunds', () => {
  it('add up to the charge and no further', async () => {
    const charge = await paidCharge(shop, 1000);
    const first = await shop.stripe.refunds.create({
      charge: charge.id,
      amount: 400,
      reason: 'requested_by_customer',
    });
    expect(first).toMatchObject({
      status: 'succeeded',
      amount: 400,
      payment_intent: charge.payment_intent,
    });
    const tooMuch = await refusalOf(shop.stripe.refunds.create({ charge: charge.id, amount: 601 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    await shop.stripe.refunds.create({ payment_intent: idOf(charge.payment_intent) });
    const after = await shop.stripe.charges.retrieve(charge.id, { expand: ['refunds'] });
    expect(after).toMatchObject({ amount_refunded: 1000, refunded: true });
    expect(after.refunds?.data.map(({ amount }) => amount)).toEqual([600, 400]);
    expect((await refusalOf(shop.stripe.refunds.create({ charge: charge.id }))).code).toBe(
      'charge_already_refunded',
    );
    expect(await booked(first.id)).toEqual([-400]);
  });

  it('of somebody in the dashboard look the same, cumulative charge included', async () => {
    const charge = await paidCharge(shop, 1000);
    shop.received.length = 0;
    await shop.control('POST', `/_emu/charges/${charge.id}/refund`, { amount: 300 });
    await vi.waitFor(() =>
      expect(new Set(shop.types())).toEqual(new Set(['refund.created', 'charge.refunded'])),
    );
    const event = shop.received.find(({ type }) => type === 'charge.refunded');
    expect(event?.data).toMatchObject({
      object: { amount_refunded: 300 },
      previous_attributes: { amount_refunded: 0 },
    });
  });

  it('may be pending first', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000007726');
    const refund = await shop.stripe.refunds.create({ charge: charge.id });
    expect(refund.status).toBe('pending');
    await shop.control('POST', '/_emu/clock', { advance: 60 });
    expect((await shop.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    await vi.waitFor(() => expect(shop.types()).toContain('refund.updated'));
  });

  it('may fail later, which gives the money back', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000005126');
    const refund = await shop.stripe.refunds.create({ charge: charge.id });
    expect(refund.status).toBe('succeeded');
    await shop.control('POST', '/_emu/clock', { advance: 60 });
    expect(await shop.stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect(await booked(refund.id)).toEqual([-1000, 1000]);
    expect(await shop.stripe.charges.retrieve(charge.id)).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
  });
});

describe('a dispute', () => {
  it('takes the money and a fee at once, and forbids refunds', async () => {
    const charge = await paidCharge(shop, 1000);
    shop.received.length = 0;
    const opened = await dispute(charge);
    expect(opened).toMatchObject({ status: 'needs_response', amount: 1000, charge: charge.id });
    expect(opened.balance_transactions).toMatchObject([{ amount: -1000, fee: 1500, net: -2500 }]);
    expect((await shop.stripe.charges.retrieve(charge.id)).disputed).toBe(true);
    expect((await refusalOf(shop.stripe.refunds.create({ charge: charge.id }))).code).toBe(
      'charge_disputed',
    );
    const expected = new Set([
      'charge.updated',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
    ]);
    await vi.waitFor(() => expect(new Set(shop.types())).toEqual(expected));
  });

  it.each([
    ['won', [-1000, 1000], ['charge.dispute.closed', 'charge.dispute.funds_reinstated']],
    ['lost', [-1000], ['charge.dispute.closed']],
  ])('that is %s leaves %j booked', async (outcome, amounts, types) => {
    const charge = await paidCharge(shop, 1000);
    const opened = await dispute(charge);
    shop.received.length = 0;
    const closed = await dispute(charge, { outcome });
    expect(closed).toMatchObject({ id: opened.id, status: outcome });
    expect(await booked(opened.id)).toEqual(amounts);
    await vi.waitFor(() => expect(new Set(shop.types())).toEqual(new Set(types)));
  });

  it('of what is left after a partial refund is for that rest only', async () => {
    const charge = await paidCharge(shop, 1000);
    await shop.stripe.refunds.create({ charge: charge.id, amount: 400 });
    expect((await dispute(charge)).amount).toBe(600);
  });

  it('follows by itself on the card that is disputed as fraudulent', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000000259');
    const [opened] = (await shop.stripe.disputes.list({ charge: charge.id })).data;
    expect(opened).toMatchObject({ reason: 'fraudulent', status: 'needs_response' });
  });

  it('that is an inquiry moves no money', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000001976');
    const [inquiry] = (await shop.stripe.disputes.list({ charge: charge.id })).data;
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    expect(await dispute(charge, { outcome: 'won' })).toMatchObject({ status: 'warning_closed' });
    expect(await booked(inquiry?.id ?? '')).toEqual([]);
  });

  it('is decided by the evidence texts of test mode', async () => {
    const opened = await dispute(await paidCharge(shop));
    const evidence = { uncategorized_text: 'winning_evidence' };
    expect((await shop.stripe.disputes.update(opened.id, { evidence })).status).toBe('won');
    const other = await dispute(await paidCharge(shop));
    expect((await shop.stripe.disputes.close(other.id)).status).toBe('lost');
  });
});

/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf } from '../src/state/id-of.ts';
import { paidCharge, refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import type Stripe from 'stripe';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());
beforeEach(() => {
  shop.received.length = 0;
});

async function dispute(charge: Stripe.Charge, body: object): Promise<Stripe.Dispute> {
  const answer = await shop.control('POST', `/_emu/charges/${charge.id}/dispute`, body);
  expect(answer.status).toBe(200);
  return shop.stripe.disputes.retrieve((answer.body['dispute'] as Stripe.Dispute).id);
}
async function refund(charge: Stripe.Charge, body: object): Promise<Stripe.Refund> {
  const answer = await shop.control('POST', `/_emu/charges/${charge.id}/refund`, body);
  return answer.body['refund'] as Stripe.Refund;
}
async function booked(source: string): Promise<[number, number][]> {
  const { data } = await shop.stripe.balanceTransactions.list({ source });
  return data.map(({ amount, fee }): [number, number] => [amount, fee]).toReversed();
}

describe('an early fraud warning', () => {
  it('follows the payment of its test card, and is settled by a refund', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000005423');
    const [warning] = (await shop.stripe.radar.earlyFraudWarnings.list({ charge: charge.id })).data;
    expect(warning).toMatchObject({ actionable: true, payment_intent: charge.payment_intent });
    await shop.stripe.refunds.create({ charge: charge.id, reason: 'fraudulent' });
    const after = await shop.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '');
    expect(after.actionable).toBe(false);
    await vi.waitFor(() =>
      expect(shop.types()).toEqual(
        expect.arrayContaining([
          'radar.early_fraud_warning.created',
          'radar.early_fraud_warning.updated',
        ]),
      ),
    );
  });

  it('can be raised about any charge', async () => {
    const charge = await paidCharge(shop, 1000);
    await shop.control('POST', `/_emu/charges/${charge.id}/efw`);
    const listed = await shop.stripe.radar.earlyFraudWarnings.list({
      payment_intent: idOf(charge.payment_intent),
    });
    expect(listed.data).toHaveLength(1);
  });
});

describe('a review', () => {
  it('is opened for a risky payment and approved by the shop', async () => {
    const charge = await paidCharge(shop, 1000, '4000000000009235');
    const reviewed = await shop.stripe.charges.retrieve(charge.id, { expand: ['review'] });
    expect(reviewed).toMatchObject({
      outcome: { type: 'manual_review', risk_level: 'elevated' },
      review: { open: true, reason: 'rule' },
    });
    const { id } = reviewed.review as Stripe.Review;
    expect(await shop.stripe.reviews.approve(id)).toMatchObject({
      open: false,
      closed_reason: 'approved',
    });
    expect((await shop.stripe.charges.retrieve(charge.id)).review).toBeNull();
    expect((await shop.stripe.reviews.list()).data).toEqual([]);
    await refusalOf(shop.stripe.reviews.approve(id));
    await vi.waitFor(() =>
      expect(shop.types()).toEqual(expect.arrayContaining(['review.opened', 'review.closed'])),
    );
  });

  it.each([
    ['a refund', (charge: Stripe.Charge) => refund(charge, {}), 'refunded'],
    ['a dispute', (charge: Stripe.Charge) => dispute(charge, {}), 'disputed'],
  ])('is closed by %s', async (_name, act, reason) => {
    const charge = await paidCharge(shop, 1000, '4000000000009235');
    const { review } = await shop.stripe.charges.retrieve(charge.id);
    await act(charge);
    expect((await shop.stripe.reviews.retrieve(idOf(review))).closed_reason).toBe(reason);
  });
});

describe('a dispute', () => {
  it('may be about a part of the charge, and is resolved by its own id', async () => {
    const charge = await paidCharge(shop, 1000);
    const opened = await dispute(charge, { amount: 400 });
    expect(opened).toMatchObject({ amount: 400, status: 'needs_response' });
    expect(await booked(opened.id)).toEqual([[-400, 1500]]);
    await shop.control('POST', `/_emu/disputes/${opened.id}/resolve`, { outcome: 'won' });
    expect(await booked(opened.id)).toEqual([
      [-400, 1500],
      [400, 0],
    ]);
    const again = await shop.control('POST', `/_emu/disputes/${opened.id}/resolve`, {
      outcome: 'lost',
    });
    expect(again.status).toBe(400);
    const tooMuch = await paidCharge(shop, 1000);
    const answer = await shop.control('POST', `/_emu/charges/${tooMuch.id}/dispute`, {
      amount: 1001,
    });
    expect(answer.status).toBe(400);
  });

  it('resolved by a rule of the network is lost at once, without a fee, maybe next to a refund', async () => {
    const charge = await paidCharge(shop, 1000);
    const lost = await dispute(charge, { kind: 'rdr', paired_refund: true });
    expect(lost).toMatchObject({
      amount: 1000,
      status: 'lost',
      payment_method_details: { card: { case_type: 'resolution' } },
    });
    expect(await booked(lost.id)).toEqual([[-1000, 0]]);
    const after = await shop.stripe.charges.retrieve(charge.id, { expand: ['refunds'] });
    expect(after).toMatchObject({ amount_refunded: 1000, disputed: true });
    await vi.waitFor(() =>
      expect(shop.types()).toEqual(
        expect.arrayContaining(['charge.dispute.created', 'charge.dispute.closed']),
      ),
    );
  });

  it('that was prevented moves no money of its own, since a refund did', async () => {
    const charge = await paidCharge(shop, 1000);
    const prevented = await dispute(charge, { kind: 'prevented' });
    expect(prevented).toMatchObject({ status: 'prevented', balance_transactions: [] });
    expect((await shop.stripe.charges.retrieve(charge.id)).refunded).toBe(true);
    expect(shop.types()).not.toContain('charge.dispute.funds_withdrawn');
  });
});

describe('a refund', () => {
  it('may fail long after it succeeded, once', async () => {
    const charge = await paidCharge(shop, 1000);
    const { id } = await shop.stripe.refunds.create({ charge: charge.id, amount: 300 });
    await shop.control('POST', '/_emu/clock', { advance: 10 * 86_400 });
    await shop.control('POST', `/_emu/refunds/${id}/fail`);
    expect((await shop.stripe.refunds.retrieve(id)).status).toBe('failed');
    expect((await shop.stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);
    expect((await shop.control('POST', `/_emu/refunds/${id}/fail`)).status).toBe(400);
    await vi.waitFor(() => expect(shop.types()).toContain('refund.failed'));
  });

  it('can be held back, and be canceled only while it waits for the customer', async () => {
    const charge = await paidCharge(shop, 1000);
    const pending = await refund(charge, { amount: 100, status: 'pending' });
    await refusalOf(shop.stripe.refunds.cancel(pending.id));
    await shop.control('POST', `/_emu/refunds/${pending.id}/succeed`);
    expect((await shop.stripe.refunds.retrieve(pending.id)).status).toBe('succeeded');
    const waiting = await refund(charge, { amount: 200, status: 'requires_action' });
    expect((await shop.stripe.refunds.cancel(waiting.id)).status).toBe('canceled');
    expect((await shop.stripe.charges.retrieve(charge.id)).amount_refunded).toBe(100);
    expect((await booked(waiting.id)).map(([amount]) => amount)).toEqual([-200, 200]);
  });
});

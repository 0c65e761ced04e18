import type { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { holdContract } from './under-test/hold-contract.ts';
import { refusalOf } from './under-test/open-stripe.ts';

const under = holdContract();

/** A payment of 20.00 in the shop, with the card of a token. */
function pay(token = 'pm_card_visa'): Promise<Stripe.PaymentIntent> {
  return under().stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    confirm: true,
    payment_method: token,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { kind: 'order', purchase: 'pur_1' },
  });
}

/** Stripe books a payment a moment after it succeeded. */
const booked = (payment: string): Promise<Stripe.Charge> =>
  under().soon('the charge has its balance transaction', async () => {
    const { data } = await under().stripe.charges.list({
      payment_intent: payment,
      limit: 100,
      expand: ['data.balance_transaction'],
    });
    return data[0]?.balance_transaction ? data[0] : null;
  });

describe('a refund', () => {
  test('payment case 40: gives parts back, each once for its key, and never more than was paid', async () => {
    const { stripe, run } = under();
    const { id: payment } = await pay();
    await booked(payment);
    const metadata = { kind: 'refund', refund: 'rfd_1' };
    const part = { payment_intent: payment, amount: 600, metadata };
    const options = { idempotencyKey: `refund:${run}` };
    const first = await stripe.refunds.create(part, options);
    expect(first).toMatchObject({
      object: 'refund',
      amount: 600,
      currency: 'usd',
      payment_intent: payment,
      status: 'succeeded',
      metadata,
    });
    expect((await stripe.refunds.create(part, options)).id).toBe(first.id);
    const tooMuch = await refusalOf(
      stripe.refunds.create({ payment_intent: payment, amount: 1401 }),
    );
    expect(tooMuch).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      param: 'amount',
    });
    const second = await stripe.refunds.create({ payment_intent: payment });
    expect(second.amount).toBe(1400);
    const { data } = await stripe.refunds.list({ payment_intent: payment, limit: 100 });
    expect(data.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test('payment case 46: of what went back already is refused by a code', async () => {
    const { stripe } = under();
    const { id: payment } = await pay();
    await booked(payment);
    await stripe.refunds.create({ payment_intent: payment });
    const again = await refusalOf(stripe.refunds.create({ payment_intent: payment, amount: 100 }));
    expect(again).toMatchObject({ code: 'charge_already_refunded', statusCode: 400 });
    const { data } = await stripe.charges.list({ payment_intent: payment });
    expect(data).toMatchObject([{ refunded: true, amount_refunded: 2000 }]);
  });

  test('moves the balance by its amount', async () => {
    const { stripe } = under();
    const { id: payment } = await pay();
    await booked(payment);
    await stripe.refunds.create({ payment_intent: payment, amount: 500 });
    const refund = await under().soon('the refund has its balance transaction', async () => {
      const { data } = await stripe.refunds.list({
        payment_intent: payment,
        expand: ['data.balance_transaction', 'data.failure_balance_transaction'],
      });
      return data[0]?.balance_transaction ? data[0] : null;
    });
    expect(refund.balance_transaction).toMatchObject({
      amount: -500,
      currency: 'usd',
      reporting_category: 'refund',
      type: 'payment_intent' in refund ? 'refund' : undefined,
    });
    expect(refund.failure_balance_transaction ?? null).toBeNull();
  });

  test('that never was is missing', async () => {
    const refusal = await refusalOf(under().stripe.refunds.retrieve('re_doesnotexist123'));
    expect(refusal).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });
});

describe('the balance', () => {
  test('holds a payment with its fee, its net and what it is about', async () => {
    const { stripe } = under();
    const payment = await pay();
    const charge = await booked(payment.id);
    const move = charge.balance_transaction as Stripe.BalanceTransaction;
    expect(move).toMatchObject({
      object: 'balance_transaction',
      amount: 2000,
      type: 'charge',
      reporting_category: 'charge',
      source: charge.id,
    });
    expect(move.fee).toBeGreaterThan(0);
    expect(move.net).toBe(move.amount - move.fee);
    const { data } = await stripe.balanceTransactions.list({
      limit: 100,
      created: { gte: move.created, lt: move.created + 1 },
      expand: ['data.source'],
    });
    const listed = data.find(({ id }) => id === move.id);
    expect(listed?.source).toMatchObject({ id: charge.id, payment_intent: payment.id });
  });
});

describe('a dispute', () => {
  const disputed = (payment: string): Promise<Stripe.Dispute> =>
    under().soon('the dispute is there', async () => {
      const { data } = await under().stripe.disputes.list({ payment_intent: payment, limit: 100 });
      return data[0]?.balance_transactions.length ? data[0] : null;
    });

  test('payment case 47: takes the payment and a fee away when it opens', async () => {
    const { stripe } = under();
    const { id: payment } = await pay('pm_card_createDispute');
    const dispute = await disputed(payment);
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 2000,
      currency: 'usd',
      payment_intent: payment,
      status: 'needs_response',
      reason: 'fraudulent',
    });
    expect(dispute.balance_transactions).toMatchObject([
      { amount: -2000, reporting_category: 'dispute', source: dispute.id },
    ]);
    expect(dispute.balance_transactions[0]?.fee).toBeGreaterThan(0);
    expect((await stripe.disputes.retrieve(dispute.id)).id).toBe(dispute.id);
    expect(await refusalOf(stripe.refunds.create({ payment_intent: payment }))).toMatchObject({
      code: 'charge_disputed',
      statusCode: 400,
    });
  });

  test.each([
    ['won', 'winning_evidence'],
    ['lost', 'losing_evidence'],
  ])('payment case 48: is %s by the evidence, and its money follows', async (status, evidence) => {
    const { stripe } = under();
    const { id: payment } = await pay('pm_card_createDispute');
    const { id } = await disputed(payment);
    await stripe.disputes.update(id, { evidence: { uncategorized_text: evidence }, submit: true });
    const closed = await under().soon('the dispute is decided', async () => {
      const now = await stripe.disputes.retrieve(id);
      return now.status === status ? now : null;
    });
    const moved = closed.balance_transactions.reduce((sum, { amount }) => sum + amount, 0);
    expect(moved).toBe(status === 'won' ? 0 : -2000);
  });

  test('payment case 51: that only asks moves no money', async () => {
    const { stripe } = under();
    const { id: payment } = await pay('pm_card_createDisputeInquiry');
    const inquiry = await under().soon('the inquiry is there', async () => {
      const { data } = await stripe.disputes.list({ payment_intent: payment });
      return data[0];
    });
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      balance_transactions: [],
    });
  });
});

test('An early fraud warning names its payment', async () => {
  const { stripe } = under();
  const { id: payment } = await pay('pm_card_createIssuerFraudRecord');
  const warning = await under().soon('the warning is there', async () => {
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: payment });
    return data[0];
  });
  expect(warning).toMatchObject({ payment_intent: payment, actionable: true });
  const expand = ['payment_intent'];
  const one = await stripe.radar.earlyFraudWarnings.retrieve(warning.id, { expand });
  expect(one).toMatchObject({ actionable: true, payment_intent: { id: payment, metadata: {} } });
});

test('A review names its payment while it is open, and how it was closed', async () => {
  const { stripe, onlyEmulated } = under();
  await onlyEmulated('a review', 'rules of Radar decide about reviews', async () => {
    const { id: payment } = await pay('pm_card_riskLevelElevated');
    const { review } = await stripe.paymentIntents.retrieve(payment);
    const id = typeof review === 'string' ? review : expect.fail('It has no review.');
    const open = await stripe.reviews.retrieve(id, { expand: ['payment_intent'] });
    expect(open).toMatchObject({ open: true, payment_intent: { id: payment, metadata: {} } });
    expect(await stripe.reviews.approve(id)).toMatchObject({
      open: false,
      closed_reason: 'approved',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { decideCheckout, type CheckoutFacts, type OrderTerms } from '../src/index.ts';

const order: OrderTerms = {
  id: 'pur_1',
  subtotal: 5_000,
  currency: 'usd',
  customer: 'cus_1',
  livemode: false,
};

const paid: CheckoutFacts = {
  session: 'cs_1',
  status: 'complete',
  paymentStatus: 'paid',
  mode: 'payment',
  purchaseId: 'pur_1',
  wallet: 'user:ana',
  credits: 5_000_000_000n,
  customer: 'cus_1',
  currency: 'usd',
  subtotal: 5_000,
  total: 4_500,
  discount: 500,
  tax: 0,
  paymentIntent: 'pi_1',
  paymentIntentStatus: 'succeeded',
  promotion: 'promo_1',
  livemode: false,
};

const decide = (changes: Partial<CheckoutFacts>) => decideCheckout({ ...paid, ...changes }, order);

describe('a session that is complete and paid for', () => {
  it('grants, with the money facts of Stripe', () => {
    expect(decide({})).toEqual({
      action: 'grant',
      payment: {
        session: 'cs_1',
        paidTotal: 4_500,
        tax: 0,
        discount: 500,
        paymentIntent: 'pi_1',
        promotion: 'promo_1',
      },
    });
  });

  it('grants what a code made free, for nothing and without a payment', () => {
    const free = { total: 0, discount: 5_000, paymentIntent: null, paymentIntentStatus: null };
    expect(decide({ ...free, paymentStatus: 'no_payment_required' })).toMatchObject({
      action: 'grant',
      payment: { paidTotal: 0, discount: 5_000, paymentIntent: null },
    });
  });

  it('payment case 37: counts tax, added or included, as money that is not ours', () => {
    const taxed = { discount: 0, tax: 950 };
    expect(decide({ ...taxed, total: 5_950 })).toMatchObject({
      payment: { paidTotal: 5_000, tax: 950 },
    });
    expect(decide({ ...taxed, total: 5_000 })).toMatchObject({ payment: { paidTotal: 4_050 } });
  });

  it.each<[string, Partial<CheckoutFacts>]>([
    ['the mode', { mode: 'setup' }],
    ['the live mode', { livemode: true }],
    ['the order', { purchaseId: 'pur_2' }],
    ['the order', { purchaseId: null }],
    ['the currency', { currency: 'eur' }],
    ['the subtotal', { subtotal: 4_999 }],
    ['the subtotal', { subtotal: null }],
    ['the customer', { customer: 'cus_2' }],
    ['the customer', { customer: null }],
    ['the sum paid', { total: 5_001, discount: 0 }],
    ['the sum paid', { total: 100, tax: 200 }],
    ['the discount', { total: 0, discount: 5_001 }],
    ['the sum paid plus the discount', { total: 4_501, discount: 500 }],
  ])('payment case 36: is left to a person when %s differs: %o', (what, changes) => {
    const decision = decide(changes);
    expect(decision.action).toBe('review');
    expect(decision.action === 'review' && decision.reason).toContain(`${what} is `);
  });
});

describe('a session that is not paid for', () => {
  it.each<[string, Partial<CheckoutFacts>, object]>([
    ['open', { status: 'open', paymentStatus: 'unpaid' }, { action: 'wait' }],
    [
      'open after a declined card',
      {
        status: 'open',
        paymentStatus: 'unpaid',
        paymentIntentStatus: 'requires_payment_method',
      },
      { action: 'wait' },
    ],
    [
      'completed with a bank debit on its way',
      { paymentStatus: 'unpaid', paymentIntentStatus: 'processing' },
      { action: 'await_funds' },
    ],
    [
      'completed and waiting for a bank transfer',
      { paymentStatus: 'unpaid', paymentIntentStatus: 'requires_action' },
      { action: 'await_funds' },
    ],
    [
      'completed with a bank debit that bounced',
      { paymentStatus: 'unpaid', paymentIntentStatus: 'requires_payment_method' },
      { action: 'close', status: 'failed' },
    ],
    [
      'completed with a payment that was called off',
      { paymentStatus: 'unpaid', paymentIntentStatus: 'canceled' },
      { action: 'close', status: 'failed' },
    ],
    [
      'expired',
      { status: 'expired', paymentStatus: 'unpaid' },
      { action: 'close', status: 'expired' },
    ],
    ['in a state we do not know', { status: 'paused' }, { action: 'wait' }],
    ['paid in a way we do not know', { paymentStatus: 'promised' }, { action: 'await_funds' }],
  ])('%s', (_state, changes, decision) => {
    expect(decide(changes)).toEqual(decision);
  });
});

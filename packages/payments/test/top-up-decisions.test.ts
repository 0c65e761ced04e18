import { describe, expect, it } from 'vitest';
import { decideTopUp, type CardPayment } from '../src/index.ts';
import { classifyDecline } from '../src/top-up/classify-decline.ts';

describe('a decline', () => {
  it.each([
    [{ code: 'card_declined', declineCode: 'insufficient_funds' }, 'soft', 'insufficient_funds'],
    [{ code: 'card_declined', declineCode: 'generic_decline' }, 'soft', 'generic_decline'],
    [{ code: 'processing_error' }, 'soft', 'processing_error'],
    [{ code: 'something_new' }, 'soft', 'something_new'],
    [{ code: 'card_declined', declineCode: 'lost_card' }, 'hard', 'lost_card'],
    [{ code: 'card_declined', declineCode: 'stolen_card' }, 'hard', 'stolen_card'],
    [{ code: 'card_declined', declineCode: 'fraudulent' }, 'hard', 'fraudulent'],
    [{ code: 'expired_card', declineCode: null }, 'hard', 'expired_card'],
    [
      { code: 'card_declined', declineCode: 'do_not_honor', adviceCode: 'do_not_try_again' },
      'hard',
      'do_not_honor',
    ],
    [{ code: 'authentication_required' }, 'authentication', 'authentication_required'],
    [
      { code: 'card_declined', declineCode: 'authentication_required' },
      'authentication',
      'authentication_required',
    ],
    [{}, 'soft', null],
  ])('with %o is %s', (codes, kind, code) => {
    expect(classifyDecline(codes)).toEqual({ kind, code });
  });
});

const TERMS = {
  attempt: 'a',
  amount: 1000,
  currency: 'usd',
  customer: 'cus_1',
  livemode: false,
};
const PAID: CardPayment = {
  paymentIntent: 'pi_1',
  attempt: 'a',
  state: 'succeeded',
  decline: null,
  amount: 1000,
  received: 1000,
  currency: 'usd',
  customer: 'cus_1',
  parked: false,
  livemode: false,
};

describe('a payment by a saved card', () => {
  it('that succeeded as ordered is granted', () => {
    expect(decideTopUp(PAID, TERMS)).toMatchObject({ action: 'grant', paid: 1000 });
  });

  it.each<[string, Partial<CardPayment>]>([
    ['another sum', { received: 999 }],
    ['another currency', { currency: 'eur' }],
    ['another customer', { customer: 'cus_2' }],
    ['the other mode', { livemode: true }],
    ['another try', { attempt: 'b' }],
  ])('of %s is looked at by a person', (_, change) => {
    expect(decideTopUp({ ...PAID, ...change }, TERMS)).toMatchObject({ action: 'review' });
  });

  it.each<[Partial<CardPayment>, string]>([
    [{ state: 'processing' }, 'wait'],
    [{ state: 'open' }, 'wait'],
    [{ state: 'canceled' }, 'give_up'],
    [{ state: 'declined', decline: { kind: 'hard', code: 'lost_card' } }, 'decline'],
  ])('that is %o leads to %s', (change, action) => {
    expect(decideTopUp({ ...PAID, ...change }, TERMS)).toMatchObject({ action });
  });
});

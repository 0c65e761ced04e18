import { describe, expect, it } from 'vitest';
import { termsOf, typedBefore } from '../src/pages/wallet/auto-top-up/terms.ts';

const agreed = {
  threshold: '12.345',
  amount: '1000.125',
  target: null,
  monthly_cap: { amount: 2_550, currency: 'usd' },
};
const { target: _target, ...amounts } = agreed;
const terms = { ...amounts, enabled: true };
const card = (id: string, isDefault: boolean) => ({
  id,
  brand: 'visa',
  last4: '4242',
  expires: null,
  default: isDefault,
});

describe('terms of automatic purchases that are opened again', () => {
  it('are what was agreed to, the chosen card among them', () => {
    const before = typedBefore({ ...agreed, payment_method: card('pm_second', false) });
    expect(termsOf(before, 'usd')).toEqual({ ...terms, payment_method: 'pm_second' });
  });

  it('go on with whichever card is the default', () => {
    const before = typedBefore({ ...agreed, payment_method: card('pm_first', true) });
    expect(termsOf(before, 'usd')).toEqual(terms);
  });

  it('fill up to the balance that was agreed to, and never name an amount beside it', () => {
    const filling = { ...agreed, amount: null, target: '2000', payment_method: null };
    const before = typedBefore(filling);
    expect(before.by).toBe('target');
    const { amount: _amount, ...rest } = terms;
    expect(termsOf(before, 'usd')).toEqual({ ...rest, target: '2000' });
    expect(termsOf({ ...before, by: 'amount' }, 'usd')).toBeNull();
    expect(termsOf({ ...before, by: 'amount', amount: '7' }, 'usd')).toEqual({
      ...rest,
      amount: '7',
    });
  });

  it('are empty before anything was agreed to', () => {
    const nothing = {
      threshold: null,
      amount: null,
      target: null,
      monthly_cap: null,
      payment_method: null,
    };
    expect(termsOf(typedBefore(nothing), 'usd')).toBeNull();
  });
});

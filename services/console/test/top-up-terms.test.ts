import { describe, expect, it } from 'vitest';
import { termsOf, typedBefore } from '../src/pages/wallet/auto-top-up/terms.ts';

const agreed = {
  threshold: '12.345',
  amount: '1000.125',
  monthly_cap: { amount: 2_550, currency: 'usd' },
};
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
    expect(termsOf(before, 'usd')).toEqual({
      ...agreed,
      enabled: true,
      payment_method: 'pm_second',
    });
  });

  it('go on with whichever card is the default', () => {
    const before = typedBefore({ ...agreed, payment_method: card('pm_first', true) });
    expect(termsOf(before, 'usd')).toEqual({ ...agreed, enabled: true });
  });

  it('are empty before anything was agreed to', () => {
    const nothing = { threshold: null, amount: null, monthly_cap: null, payment_method: null };
    expect(termsOf(typedBefore(nothing), 'usd')).toBeNull();
  });
});

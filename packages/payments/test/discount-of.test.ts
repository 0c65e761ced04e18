import { describe, expect, it } from 'vitest';
import { discountOf } from '../src/index.ts';

const percent = (percent_off: number) => ({ percent_off, amount_off: null, currency: null });
const off = (amount_off: number, currency = 'usd') => ({ percent_off: null, amount_off, currency });

describe('what a coupon takes off', () => {
  it.each([
    [10, 5_000, 500],
    [100, 5_000, 5_000],
    // Half a minor unit goes to the customer.
    [12.5, 999, 125],
    [12.5, 4, 1],
    [50, 1, 1],
    [33.33, 1_444, 481],
    [0.01, 4_999, 0],
    [0.01, 5_000, 1],
    // Binary fractions of these percentages are not exact, the sums are.
    [29.9, 100_000, 29_900],
    [1.1, 99_999_999, 1_100_000],
    [33.333333, 300_000_000, 99_999_999],
    [10, 0, 0],
  ])('%d percent of %d minor units is %d', (percentOff, subtotal, discount) => {
    expect(discountOf(percent(percentOff), { currency: 'usd', subtotal })).toBe(discount);
  });

  it('is an amount, never more than the order', () => {
    expect(discountOf(off(700), { currency: 'usd', subtotal: 5_000 })).toBe(700);
    expect(discountOf(off(700), { currency: 'usd', subtotal: 500 })).toBe(500);
  });

  it('is nothing that can be said for an amount in another currency', () => {
    expect(discountOf(off(700, 'eur'), { currency: 'usd', subtotal: 5_000 })).toBeNull();
  });
});

import { expect, it } from 'vitest';
import { creditsText, dateText, moneyText, rateText } from '../src/wording.ts';

it.each([
  ['0', '0 credits'],
  ['1', '1 credit'],
  ['1.5', '1.5 credits'],
  ['1234567', '1,234,567 credits'],
  ['999999999999.999999', '999,999,999,999.999999 credits'],
  ['0.000001', '0.000001 credits'],
  ['-0.5', '-0.5 credits'],
  ['-1234', '-1,234 credits'],
])('%s is read as %s', (canonical, text) => {
  expect(creditsText(canonical)).toBe(text);
});

it.each([
  [0, 'usd', '$0.00'],
  [5, 'usd', '$0.05'],
  [-625, 'usd', '-$6.25'],
  [123_456_789, 'eur', '€1,234,567.89'],
  [500, 'jpy', '¥500'],
  [1_230, 'kwd', 'KWD 1.230'],
  // Stripe counts hundredths of these, though nobody has coins for them.
  [17_500, 'huf', 'HUF 175.00'],
  [100, 'isk', 'ISK 1.00'],
  [99_999_999_999_999, 'usd', '$999,999,999,999.99'],
])('%d minor units of %s are %s', (amount, currency, text) => {
  expect(moneyText({ amount, currency }).replaceAll('\u00A0', ' ')).toBe(text);
});

it.each([
  ['5000', 5_000, 'usd', '100 credits for $1.00'],
  ['1', 100, 'usd', '1 credit for $1.00'],
  ['0.5', 500, 'usd', '0.1 credits for $1.00'],
  ['500', 500, 'jpy', '1 credit for ¥1'],
  ['100', 300, 'usd', 'about 33.333333 credits for $1.00'],
  ['200', 300, 'usd', 'about 66.666667 credits for $1.00'],
])('%s credits for %d minor units of %s are %s', (credits, amount, currency, text) => {
  expect(rateText(credits, { amount, currency })).toBe(text);
});

it('what cost nothing has no rate', () => {
  expect(rateText('500', { amount: 0, currency: 'usd' })).toBeNull();
});

it('a day is the day in UTC, wherever the server stands', () => {
  expect(dateText(new Date('2026-12-31T23:59:59.999Z'))).toBe('December 31, 2026 (UTC)');
});

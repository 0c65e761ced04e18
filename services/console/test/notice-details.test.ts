import { expect, it } from 'vitest';
import { detailsOf as detailsIn } from '../src/pages/notifications/notice-details.ts';
import { placeOf } from '../src/pages/notifications/notice.ts';

const notice = (kind: string, data: Readonly<Record<string, unknown>>) => ({
  id: 'ntf_1',
  kind,
  data,
  created_at: '2026-11-21T20:00:00Z',
  read_at: null,
});
const detailsOf = (one: ReturnType<typeof notice>): string =>
  detailsIn(one, {
    credits: (amount) => amount,
    money: ({ amount, currency }) => `${amount / 100} ${currency}`,
    day: (at) => at.slice(0, 10),
    moment: (at) => at,
  });
const names = { 'org:acme': 'Acme', 'user:chloe': 'Chloé' };
const request = { names, organization: 'org:acme', member: 'user:chloe', wallet: 'user:chloe' };
const usd = (amount: number) => ({ amount, currency: 'usd' });

it('a request that was granted in part tells what was given, not what was asked for', () => {
  const data = { ...request, amount: '120.5', granted: '50', reason: 'A run' };
  expect(detailsOf(notice('request-approved', data))).toBe(
    '50 of the 120.5 credits asked for · in Acme',
  );
});

it('a rejected request tells the reason of whoever decided, not the one it was asked for with', () => {
  const data = { ...request, amount: '120', granted: null, reason: 'A run' };
  const rejected = { ...data, decision_reason: 'Not this month' };
  expect(detailsOf(notice('request-rejected', rejected))).toBe(
    '120 credits · in Acme · Not this month',
  );
  expect(detailsOf(notice('request-created', data))).toBe(
    '120 credits · by Chloé · in Acme · A run',
  );
});

it('a purchase tells its credits and what was paid', () => {
  const data = { wallet: 'user:chloe', credits: '1500', total: usd(1_500), names };
  expect(detailsOf(notice('purchase-paid', data))).toBe('1500 credits · 15 usd');
});

it('what is owed, spent of a budget or about to expire is told in figures', () => {
  expect(detailsOf(notice('balance-owed', { wallet: 'user:chloe', owed: '7' }))).toBe('7 credits');
  const budget = { wallet: 'org:acme', names, spent: '80', limit: '100', percent: 80 };
  expect(detailsOf(notice('budget-alert', budget))).toBe('80 of 100 credits spent · in Acme');
  const back = { wallet: 'org:acme', names, returned: '7', held: '0' };
  expect(detailsOf(notice('credits-recalled', back))).toBe('7 credits · in Acme');
  const expiring = { amount: '5', first_expires_at: '2026-12-01T12:00:00Z' };
  expect(detailsOf(notice('credits-expiring', expiring))).toBe('5 credits · from 2026-12-01 on');
});

it('a pause is told in words, and leads to where it is ended', () => {
  const paused = { wallet: 'user:chloe', reason: 'authentication_required', credits: '600' };
  expect(detailsOf(notice('topup-paused', paused))).toBe(
    '600 credits · The bank wants you to confirm charges.',
  );
  expect(placeOf(notice('topup-paused', paused))).toEqual({
    to: '/me/wallet',
    search: { tab: 'auto-top-up' },
  });
  expect(placeOf(notice('topup-paused', { wallet: 'org:acme' }))).toEqual({
    to: '/orgs/acme/billing',
    search: { tab: 'auto-top-up' },
  });
});

import { expect, it } from 'vitest';
import { expiringSoon, lastingOf } from '../src/pages/wallet/expiring-soon.ts';

const expiring = [
  { at: '2030-01-05T00:00:00Z', amount: '10.5' },
  { at: '2030-03-05T00:00:00Z', amount: '20' },
];

it('counts no held credits among those that never expire, since they may be of lots that do', () => {
  // 40 lapse, 9.5 of which are held, and 100 never do.
  const wallet = { balance: '140', held: '9.5', available: '130.5', frozen: '0', expiring };
  expect(lastingOf(wallet)).toBe('100');
});

it('counts frozen credits as what they are', () => {
  expect(lastingOf({ available: '100', frozen: '30.5', expiring })).toBe('100');
});

it('sums up what lapses within 30 days', () => {
  expect(expiringSoon(expiring, Date.parse('2030-01-01T00:00:00Z'))).toEqual({
    total: '10.5',
    days: expiring.slice(0, 1),
  });
});

import { ChargeBody } from '@bursar/contracts';
import { expect, test } from 'vitest';

const body = { wallet: 'user:ana', amount: '1', product: 'render' };

test.each([
  ['a zero character', { description: 'a\u0000b' }],
  ['half a character', { description: '\ud800' }],
  ['a zero character in a fact of the caller', { metadata: { a: '\u0000' } }],
  ['a zero character in the name of such a fact', { metadata: { 'a\u0000': 'b' } }],
  ['a year that the ledger cannot hold', { occurred_at: '0000-01-01T00:00:00Z' }],
  ['a year past the last one', { occurred_at: '9999-12-31T23:59:59-01:00' }],
])('%s is refused before anything is enqueued', (_what, part) => {
  expect(ChargeBody.safeParse({ ...body, ...part }).success).toBe(false);
  expect(ChargeBody.safeParse(body).success).toBe(true);
});

test('usage of the future is refused, but for what clocks may differ', () => {
  const at = (minutes: number) => ({
    ...body,
    occurred_at: new Date(Date.now() + minutes * 60_000).toISOString(),
  });
  expect(ChargeBody.safeParse(at(55)).success).toBe(true);
  expect(ChargeBody.safeParse(at(65)).error?.issues).toMatchObject([
    { path: ['occurred_at'], message: expect.stringContaining('an hour in the future') },
  ]);
});

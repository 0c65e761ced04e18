import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { deriveSecrets } from '../src/service/secrets.ts';
import { decodeCursor, encodeCursor } from '../src/reads/cursor.ts';

const secret = deriveSecrets('one secret').cursor;
const list = {
  route: '/v1/wallets/{wallet}/lots',
  filters: { wallet: 'user:ana', kind: undefined },
};

it('leads back to any position', () => {
  assert(
    property(string({ unit: 'grapheme' }), (position) => {
      expect(decodeCursor(secret, list, encodeCursor(secret, list, position))).toBe(position);
    }),
  );
});

it('is worth nothing for another list, another filter or another secret, or when changed', () => {
  const cursor = encodeCursor(secret, list, '42');
  expect(decodeCursor(secret, { ...list, route: '/v1/other' }, cursor)).toBeNull();
  expect(decodeCursor(secret, { ...list, filters: { wallet: 'user:bo' } }, cursor)).toBeNull();
  expect(decodeCursor(deriveSecrets('another').cursor, list, cursor)).toBeNull();
  expect(decodeCursor(secret, list, cursor.replace(/^./, 'Z'))).toBeNull();
  for (const junk of ['', '.', 'a.b', `${cursor}.x`]) {
    expect(decodeCursor(secret, list, junk)).toBeNull();
  }
});

import { describe, expect, test } from 'vitest';
import {
  deriveUnsubscribeKey,
  readUnsubscribeToken,
  unsubscribeToken,
} from '../src/unsubscribe-token.ts';

const key = deriveUnsubscribeKey('s'.repeat(32));
const subject = { user: 'ana.b@x', kind: 'balance-low' };

describe('a link that ends mail', () => {
  test('says whose and which, and fits into an address', () => {
    const token = unsubscribeToken(key, subject);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(readUnsubscribeToken(key, token)).toEqual(subject);
  });

  test('that was invented, changed or made elsewhere is nothing', () => {
    const token = unsubscribeToken(key, subject);
    const [mine = '', mac = ''] = token.split('.');
    const [other = ''] = unsubscribeToken(key, { ...subject, user: 'bo' }).split('.');
    const elsewhere = unsubscribeToken(deriveUnsubscribeKey('t'.repeat(32)), subject);
    for (const wrong of ['', '.', mine, `${other}.${mac}`, `${token}.x`, `${token}x`, elsewhere]) {
      expect(readUnsubscribeToken(key, wrong)).toBeNull();
    }
  });
});

import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { describe, expect, test } from 'vitest';
import { fromPublicId, ID_PREFIXES, Owner, toPublicId } from '../src/ids.ts';

const prefix = fc.constantFrom(...ID_PREFIXES);

describe('public ids', () => {
  test('are TypeIDs: another implementation writes the same', () => {
    fc.assert(
      fc.property(prefix, fc.uuid(), (kind, uuid) => {
        expect(toPublicId(kind, uuid)).toBe(TypeID.fromUUID(kind, uuid).toString());
      }),
    );
  });

  test('are read back to the UUID they stand for', () => {
    fc.assert(
      fc.property(prefix, fc.uuid(), (kind, uuid) => {
        expect(fromPublicId(kind, toPublicId(kind, uuid))).toBe(uuid);
      }),
    );
  });

  test('sort as their UUIDs do', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(toPublicId('txn', a) < toPublicId('txn', b)).toBe(a < b);
      }),
    );
  });

  test.each([
    'lot_00000000000000000000000000',
    'txn_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'txn_0000000000000000000000000',
    'txn_0000000000000000000000000u',
    'txn_0000000000000000000000000O',
    'txn_',
    '',
  ])('%j is no transaction id', (text) => {
    expect(fromPublicId('txn', text)).toBeNull();
  });
});

describe('owners', () => {
  test.each(['user:ana', 'org:acme', 'user:a.b_c@d-e', `user:${'x'.repeat(128)}`])(
    '%s owns a wallet',
    (owner) => {
      expect(Owner.safeParse(owner).success).toBe(true);
    },
  );

  test.each([
    'ana',
    'user:',
    'team:x',
    'user:a b',
    'user:a/b',
    'User:ana',
    `user:${'x'.repeat(129)}`,
    'user:ana\n',
  ])('%j does not', (owner) => {
    expect(Owner.safeParse(owner).success).toBe(false);
  });
});

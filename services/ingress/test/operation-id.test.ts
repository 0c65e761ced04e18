import { OPERATION_TYPES } from '@bursar/contracts';
import { assert, constantFrom, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { decodeOperationId, operationId, operationKey } from '../src/operations/operation-id.ts';
import { deriveSecrets } from '../src/service/secrets.ts';

const secrets = deriveSecrets('one secret');
const type = constantFrom(...OPERATION_TYPES);
const caller = string({ minLength: 1, maxLength: 60 });

it('leads back to the key and the type, for its caller only', () => {
  assert(
    property(caller, caller, string(), type, (mine, other, name, operation) => {
      const key = operationKey(secrets, mine, name);
      const id = operationId(secrets, { key, type: operation, caller: mine });
      const decoded = decodeOperationId(secrets, id);
      expect(decoded).toMatchObject({ key, type: operation });
      expect(decoded?.issuedTo(mine)).toBe(true);
      if (other !== mine) expect(decoded?.issuedTo(other)).toBe(false);
    }),
  );
});

it('is the same on every replica, and another one under another secret', () => {
  const operation = {
    key: operationKey(secrets, 'key_a', 'k'),
    type: 'charge',
    caller: 'key_a',
  } as const;
  const id = operationId(secrets, operation);
  expect(operationId(deriveSecrets('one secret'), operation)).toBe(id);
  expect(decodeOperationId(deriveSecrets('another'), id)?.issuedTo('key_a')).toBe(false);
});

it('keeps callers and keys apart, also where their texts join to the same', () => {
  expect(operationKey(secrets, 'a', 'bc')).not.toBe(operationKey(secrets, 'ab', 'c'));
});

it('has one database key for one Idempotency-Key, whatever the command', () => {
  const key = operationKey(secrets, 'key_a', 'k');
  expect(key).toMatch(/-0{2}$|0{10}$/);
  const ids = OPERATION_TYPES.map((one) =>
    operationId(secrets, { key, type: one, caller: 'key_a' }),
  );
  expect(new Set(ids).size).toBe(OPERATION_TYPES.length);
  expect(new Set(ids.map((id) => decodeOperationId(secrets, id)?.key))).toEqual(new Set([key]));
});

it('refuses what cannot be one', () => {
  for (const text of ['', 'op_', 'txn_00000000000000000000000000', `op_${'z'.repeat(26)}`]) {
    expect(decodeOperationId(secrets, text)).toBeNull();
  }
});

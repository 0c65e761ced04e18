import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  fromPublicId,
  OPERATION_KEY_DIGITS,
  OPERATION_TYPES,
  operationKeyOf,
  toPublicId,
  type OperationType,
} from '@bursar/contracts';
import type { Secrets } from '../service/secrets.ts';

type IdSecrets = Pick<Secrets, 'operationKey' | 'operationMac'>;

/**
 * Operation ids are made without coordination, so every replica gives one request the same id:
 * 11 bytes of HMAC(caller, Idempotency-Key), 1 byte for the type, and 4 bytes of authentication
 * code over those and the caller. Who holds the secret can tell an issued id from an invented one
 * without a lookup, and an id that belongs to somebody else looks invented.
 */
const HEAD_DIGITS = OPERATION_KEY_DIGITS + 2;
const MAC_DIGITS = 2 * 4;

/**
 * The database's key of an operation: its name, padded with zeros. The type is left out, so one
 * Idempotency-Key names one operation whatever command it is used for.
 */
export function operationKey(secrets: IdSecrets, caller: string, idempotencyKey: string): string {
  const name = createHmac('sha256', secrets.operationKey)
    .update(`${caller}\0${idempotencyKey}`)
    .digest('hex');
  return operationKeyOf(name);
}

/** The public id of the operation with this database key. */
export function operationId(
  secrets: IdSecrets,
  operation: { key: string; type: OperationType; caller: string },
): string {
  const name = operation.key.replaceAll('-', '').slice(0, OPERATION_KEY_DIGITS);
  const type = OPERATION_TYPES.indexOf(operation.type).toString(16).padStart(2, '0');
  const head = name + type;
  return toPublicId('op', head + macOf(secrets, head, operation.caller));
}

export interface DecodedOperationId {
  key: string;
  type: OperationType;
  /** Whether this id was issued to that caller. */
  issuedTo: (caller: string) => boolean;
}

/** Reads an operation id; `null` when it cannot be one. */
export function decodeOperationId(secrets: IdSecrets, id: string): DecodedOperationId | null {
  const uuid = fromPublicId('op', id);
  if (uuid === null) return null;
  const digits = uuid.replaceAll('-', '');
  const head = digits.slice(0, HEAD_DIGITS);
  const type = OPERATION_TYPES[Number.parseInt(head.slice(OPERATION_KEY_DIGITS), 16)];
  if (type === undefined) return null;
  const mac = Buffer.from(digits.slice(HEAD_DIGITS));
  return {
    key: operationKeyOf(head),
    type,
    issuedTo: (caller) => timingSafeEqual(mac, Buffer.from(macOf(secrets, head, caller))),
  };
}

/** Names, heads and codes are hexadecimal: measured, joining buffers took twice as long. */
const macOf = (secrets: IdSecrets, head: string, caller: string): string =>
  createHmac('sha256', secrets.operationMac)
    .update(head, 'hex')
    .update(caller)
    .digest('hex')
    .slice(0, MAC_DIGITS);

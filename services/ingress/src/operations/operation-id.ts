import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  fromPublicId,
  hexToUuid,
  OPERATION_TYPES,
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
const NAME_BYTES = 11;
const MAC_BYTES = 4;

/**
 * The database's key of an operation: its name, padded with zeros. The type is left out, so one
 * Idempotency-Key names one operation whatever command it is used for.
 */
export function operationKey(secrets: IdSecrets, caller: string, idempotencyKey: string): string {
  const name = createHmac('sha256', secrets.operationKey)
    .update(caller)
    .update('\0')
    .update(idempotencyKey)
    .digest()
    .subarray(0, NAME_BYTES);
  return keyOfName(name);
}

/** The public id of the operation with this database key. */
export function operationId(
  secrets: IdSecrets,
  operation: { key: string; type: OperationType; caller: string },
): string {
  const head = Buffer.alloc(NAME_BYTES + 1);
  Buffer.from(operation.key.replaceAll('-', ''), 'hex').copy(head, 0, 0, NAME_BYTES);
  head[NAME_BYTES] = OPERATION_TYPES.indexOf(operation.type);
  const mac = macOf(secrets, head, operation.caller);
  return toPublicId('op', Buffer.concat([head, mac]).toString('hex'));
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
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  const head = bytes.subarray(0, NAME_BYTES + 1);
  const type = OPERATION_TYPES[head[NAME_BYTES] ?? -1];
  if (type === undefined) return null;
  const mac = bytes.subarray(NAME_BYTES + 1);
  return {
    key: keyOfName(head.subarray(0, NAME_BYTES)),
    type,
    issuedTo: (caller) => timingSafeEqual(mac, macOf(secrets, head, caller)),
  };
}

const macOf = (secrets: IdSecrets, head: Buffer, caller: string): Buffer =>
  createHmac('sha256', secrets.operationMac)
    .update(head)
    .update(caller)
    .digest()
    .subarray(0, MAC_BYTES);

const keyOfName = (name: Buffer): string => hexToUuid(name.toString('hex').padEnd(32, '0'));

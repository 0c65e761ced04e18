import type { OperationHead, OperationType } from '@bursar/contracts';
import { actorOf, callerId, type Caller } from '../access/caller.ts';
import type { Secrets } from '../service/secrets.ts';
import { operationId, operationKey } from './operation-id.ts';

/** An operation before anybody knows whether it is new. */
export interface Identity {
  /** Public id. */
  id: string;
  type: OperationType;
  head: OperationHead;
}

/** Names the operation of this caller, Idempotency-Key and command. */
export function identify(
  secrets: Secrets,
  type: OperationType,
  request: { caller: string; actor: string; idempotencyKey: string; hash: string },
): Identity {
  const { caller, actor, hash } = request;
  const key = operationKey(secrets, caller, request.idempotencyKey);
  return {
    id: operationId(secrets, { key, type, caller }),
    type,
    head: { key, hash, caller, actor, accepted_at: new Date().toISOString() },
  };
}

/** Whose operation it is and who acts, for a caller on their own account. */
export const onOwnAccount = (caller: Caller) => ({
  caller: callerId(caller),
  actor: actorOf(caller),
});

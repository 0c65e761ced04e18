import type { Scope } from '@bursar/contracts';
import type { KeyLimits } from '../limits/rate-limiter.ts';

/** What a key that belongs to an organization reaches: its pool, perhaps its members, nothing else. */
export interface Bound {
  /** Without prefix. */
  organization: string;
  members: boolean;
}

/** Who is calling, after authentication. `limits` are those that the key has of its own. */
export type Caller = { limits?: Partial<KeyLimits> } & (
  | { kind: 'operator'; key: string }
  | { kind: 'product'; key: string; scopes: readonly Scope[]; bound?: Bound }
  /** A person, for whom the holder of an operator key speaks. `id` has no prefix. */
  | { kind: 'person'; id: string; key: string }
);

/**
 * Whose key space an Idempotency-Key lives in. A person's is kept apart per key, so that two
 * back ends which act for the same person never take each other's requests for repetitions.
 */
export const callerId = (caller: Caller): string =>
  caller.kind === 'person' ? `${caller.key}/user:${caller.id}` : caller.key;

/** Who a transaction names as its actor. */
export const actorOf = (caller: Caller): string =>
  caller.kind === 'person' ? `user:${caller.id}` : caller.key;

/** Whether an operation with this caller id belongs to the caller, through whichever key. */
export const ownsOperation = (caller: Caller, owner: string): boolean =>
  callerId(caller) === owner || (caller.kind === 'person' && owner.endsWith(`/user:${caller.id}`));

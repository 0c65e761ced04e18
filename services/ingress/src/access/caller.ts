import type { Scope } from '@bursar/contracts';
import type { KeyLimits } from '../limits/rate-limiter.ts';

/** What a key that belongs to an organization reaches: its pool, perhaps its members, nothing else. */
export interface Bound {
  /** Without prefix. */
  organization: string;
  members: boolean;
}

/** How somebody proved themselves who calls without a key. */
export interface SignedIn {
  /** Whether they may act as an operator. */
  operator: boolean;
  /** When what they proved it with ends. */
  expiresAt: Date;
}

/** Who is calling, after authentication. `limits` are those that the key has of its own. */
export type Caller = { limits?: Partial<KeyLimits> } &
  /** The holder of an operator key, or `person`, who is an operator and signed in. */
  (
    | { kind: 'operator'; key: string; person?: string; signedIn?: SignedIn }
    | { kind: 'product'; key: string; scopes: readonly Scope[]; bound?: Bound }
    /** A person who is signed in, or for whom the holder of an operator key speaks. `id` has no prefix. */
    | { kind: 'person'; id: string; key: string; signedIn?: SignedIn }
  );

/**
 * Whose key space an Idempotency-Key lives in. A person's is kept apart per key, so that two
 * back ends which act for the same person never take each other's requests for repetitions.
 */
export function callerId(caller: Caller): string {
  if (caller.kind === 'person') return `${caller.key}/user:${caller.id}`;
  if (caller.kind === 'operator' && caller.person !== undefined) {
    return `${caller.key}/operator/user:${caller.person}`;
  }
  return caller.key;
}

/** Who a transaction names as its actor: the person themselves, also where they act as an operator. */
export function actorOf(caller: Caller): string {
  if (caller.kind === 'person') return `user:${caller.id}`;
  return caller.kind === 'operator' && caller.person !== undefined
    ? `user:${caller.person}`
    : caller.key;
}

/** Whether an operation with this caller id belongs to the caller, through whichever key. */
export const ownsOperation = (caller: Caller, owner: string): boolean =>
  callerId(caller) === owner || (caller.kind === 'person' && owner.endsWith(`/user:${caller.id}`));

import type { OperationView } from '@bursar/ledger/reads';
import type { Answer } from '../http/answer.ts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import type { Services } from '../service/services.ts';
import type { Identity } from './identify.ts';
import type { Waited } from './outcome-waiter.ts';
import { renderOperation, renderPending, type WireOperation } from './render-operation.ts';
import { placeWork, type MakeWork } from './work.ts';

/** A command that is durable, or a repetition of one. */
export interface Accepted {
  kind: 'accepted';
  /** The operation as the ledger has it; `null` while only the queue has it. */
  operation: OperationView | null;
  acceptedAt: string | null;
  replayed: boolean;
}

/**
 * Accepts a command exactly once per key: another request under a known key is refused, the same
 * one is answered with the operation it already is.
 */
export async function accept(
  services: Services,
  identity: Identity,
  make: MakeWork,
): Promise<Accepted | Problem> {
  const { head } = identity;
  const acceptance = { hash: head.hash, acceptedAt: head.accepted_at, queued: false };
  const before = services.recent.note(head.key, acceptance);
  if (before !== null && before.hash !== head.hash) return keyReused(identity.id);
  try {
    // A repetition is enqueued again: harmless, and it mends a job that was lost.
    const placed = await placeWork(services, identity, make, before?.queued ?? false);
    if (isProblem(placed)) {
      services.recent.forget(head.key, acceptance);
      return placed;
    }
    if (placed.known !== null && placed.known.requestHash !== head.hash) {
      services.recent.forget(head.key, acceptance);
      return keyReused(identity.id);
    }
    (before ?? acceptance).queued = true;
    return {
      kind: 'accepted',
      operation: placed.known,
      acceptedAt: (before ?? acceptance).acceptedAt,
      replayed: before !== null || placed.known !== null,
    };
  } catch (error) {
    services.recent.forget(head.key, acceptance);
    throw error;
  }
}

/**
 * Accepts a command and answers: with its operation, or after `waitSeconds` of waiting (`null`: the
 * caller does not want to wait) with its outcome.
 */
export async function submit(
  services: Services,
  identity: Identity,
  make: MakeWork,
  waitSeconds: number | null,
): Promise<Answer> {
  const accepted = await accept(services, identity, make);
  if (isProblem(accepted)) return accepted;
  const { operation, waited } = await outcomeOf(services, identity, accepted, waitSeconds);
  if (operation !== null && operation.requestHash !== identity.head.hash) {
    return keyReused(identity.id);
  }
  const headers = {
    Location: `/v1/operations/${identity.id}`,
    ...(accepted.replayed && { 'Idempotent-Replayed': 'true' }),
    ...(waited && { 'Preference-Applied': `wait=${waitSeconds}` }),
  };
  if (operation?.status === 'rejected' && waitSeconds !== null) {
    return { ...rejectionProblem(operation.error, identity.id), headers };
  }
  const body: WireOperation =
    operation === null
      ? renderPending(identity.id, identity.type, accepted.acceptedAt)
      : renderOperation(identity.id, operation, services.publicUrl);
  return { kind: 'json', status: body.status === 'pending' ? 202 : 200, body, headers };
}

async function outcomeOf(
  services: Services,
  identity: Identity,
  { operation }: Accepted,
  waitSeconds: number | null,
): Promise<Waited> {
  if (waitSeconds === null) return { operation, waited: false };
  if (operation !== null && operation.status !== 'pending') return { operation, waited: true };
  const seen = await services.outcomes.wait(identity.head.key, waitSeconds * 1_000);
  return { operation: seen.operation ?? operation, waited: seen.waited };
}

export const keyReused = (operation: string): Problem =>
  problem(
    'idempotency_key_reused',
    'This Idempotency-Key (of an event: this source and id) was used for another request, which stays as it is; no credits moved. Send this one under a new key.',
    { operation },
  );

import { UnrecoverableError } from 'bullmq';
import { reasonOf } from '../queue-errors.ts';

/** The job goes back and is tried again after its backoff. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}

/** The job becomes a dead letter at once. */
export function neverAgain(reason: string, cause?: unknown): Error {
  const failure = new UnrecoverableError(reason);
  if (cause instanceof Error && cause.stack !== undefined) failure.stack = cause.stack;
  return failure;
}

/**
 * BullMQ reads some error names and messages as instructions, so nothing a handler throws reaches
 * it as it is.
 */
export function jobFailure(error: unknown, isTransient: (error: unknown) => boolean): Error {
  const reason = reasonOf(error);
  if (!isTransient(error)) return neverAgain(reason, error);
  return new RetryLater(reason, { cause: error });
}

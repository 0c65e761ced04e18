import { BursarConnectionError, BursarError, readProblem, rejection } from '../errors.ts';
import type { Attempted } from './attempt.ts';
import { parseRetryAfter } from './backoff.ts';

/** What is known about a call when an attempt of it failed. */
export interface CallState {
  /** Whether it could move credits. */
  command: boolean;
  key: string | null;
  /** Whether an attempt before this one may have been accepted without an answer. */
  doubt: boolean;
}

/** An attempt that did not succeed. */
export interface Failure {
  error: BursarError;
  /** Nothing of this attempt was accepted. */
  refused: boolean;
  /** Another attempt may succeed. */
  transient: boolean;
  retryAfterMs: number | null;
}

const TRANSIENT = new Set([429, 502, 503, 504]);
const AGAIN = 'Repeat it with the same Idempotency-Key: that finds the outcome or makes it, once.';

/** What an attempt failed with that did not succeed. */
export function failureOf(attempted: Attempted, state: CallState): Failure {
  switch (attempted.kind) {
    case 'answer':
      return refusal(attempted, state);
    case 'garbled':
      return garbled(attempted, state);
    case 'redirect':
      return redirected(attempted.location, state);
    case 'timeout':
      return noAnswer(state, { code: 'timeout', detail: 'No answer came in time.' });
    case 'aborted': {
      const { sent, cause } = attempted;
      return noAnswer(state, { code: 'aborted', detail: 'The call was aborted.', sent, cause });
    }
    case 'no_connection': {
      const detail = `The server cannot be reached: ${reasonOf(attempted.cause)}.`;
      return noAnswer(state, { code: 'connection_failed', detail, cause: attempted.cause });
    }
  }
}

function refusal(
  { status, headers, body }: Extract<Attempted, { kind: 'answer' }>,
  state: CallState,
): Failure {
  const problem = readProblem(body);
  if (problem === null) {
    return garbled({ kind: 'garbled', status, headers, cause: undefined }, state);
  }
  const decided = problem.operation !== undefined && problem.code !== 'idempotency_key_reused';
  const transient = TRANSIENT.has(status);
  const refused = status < 500;
  const error = decided
    ? rejection(problem, state.key)
    : new BursarError({
        code: problem.code,
        detail: problem.detail,
        status,
        problem,
        operation: problem.operation ?? null,
        retryable: transient,
        creditsMoved: moved(state, refused),
        idempotencyKey: state.key,
        retryAfterMs: parseRetryAfter(headers.get('Retry-After')),
      });
  return {
    error,
    refused,
    transient: transient && !decided,
    retryAfterMs: parseRetryAfter(headers.get('Retry-After')),
  };
}

/** Something between us and the server answered, or cut the answer short. */
function garbled(
  { status, headers, cause }: Extract<Attempted, { kind: 'garbled' }>,
  state: CallState,
): Failure {
  const transient = status < 400 || TRANSIENT.has(status);
  return {
    error: new BursarError({
      code: 'answer_not_understood',
      detail: `The answer (status ${status}) is not one of a Bursar server. Check "url" and what stands between.${state.command ? ` ${AGAIN}` : ''}`,
      status,
      retryable: transient,
      creditsMoved: moved(state, false),
      idempotencyKey: state.key,
      cause,
    }),
    refused: false,
    transient,
    retryAfterMs: parseRetryAfter(headers.get('Retry-After')),
  };
}

const redirected = (location: string | null, state: CallState): Failure => ({
  error: new BursarError({
    code: 'redirected',
    detail: `The address redirects${location === null ? '' : ` to ${location}`}. Give the address it leads to as "url".`,
    retryable: false,
    creditsMoved: moved(state, true),
    idempotencyKey: state.key,
  }),
  refused: true,
  transient: false,
  retryAfterMs: null,
});

function noAnswer(
  state: CallState,
  what: { code: string; detail: string; sent?: boolean; cause?: unknown },
): Failure {
  const creditsMoved = moved(state, what.sent === false);
  const advice = creditsMoved === 'unknown' ? ` Whether credits moved is unknown. ${AGAIN}` : '';
  return {
    error: new BursarConnectionError({
      code: what.code,
      detail: what.detail + advice,
      retryable: true,
      creditsMoved,
      idempotencyKey: state.key,
      cause: what.cause,
    }),
    refused: what.sent === false,
    transient: what.code !== 'aborted',
    retryAfterMs: null,
  };
}

const moved = ({ command, doubt }: CallState, refused: boolean): false | 'unknown' =>
  command && (doubt || !refused) ? 'unknown' : false;

/** fetch says "fetch failed" and hides why in the cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error && cause.cause.message !== ''
    ? cause.cause.message
    : cause.message;
}

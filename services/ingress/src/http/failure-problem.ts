import { JobRefused, QueueUnavailable } from '@bursar/queues';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { PackerOverloaded } from '../charges/charge-packer.ts';
import { retryAfter } from '../overload/retry-after.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { requestIdOf } from './request-id.ts';
import type { Send } from './send-answer.ts';

/**
 * Answers what was thrown. Callers learn nothing of its insides; the log does, under the request's
 * id. Whatever is not their fault is `unavailable`: repeating under the same key is safe.
 */
export function answerFailures(log: Logger, send: Send): ErrorRequestHandler {
  // Express knows error handlers by their four parameters.
  return async (error: unknown, _request, response, _next) => {
    if (callerLeft(error)) {
      log.debug(
        { request: requestIdOf(response) },
        'The caller left before the answer was complete',
      );
      response.destroy();
      return;
    }
    const refusal = failureProblem(error);
    if (refusal.code === 'unavailable' && refusal.protective !== true) {
      log.error({ err: error, request: requestIdOf(response) }, 'A request failed');
    }
    if (response.headersSent) {
      // Half a stream cannot become a problem document; breaking it off is the honest answer.
      response.destroy();
      return;
    }
    await send(response, refusal);
  };
}

function failureProblem(error: unknown): Problem {
  if (error instanceof JobRefused) {
    return problem('payload_too_large', 'The command is too large for one job. Split it.');
  }
  if (error instanceof PackerOverloaded) {
    return { ...unavailable('Too many charges wait to be queued.'), protective: true };
  }
  if (error instanceof QueueUnavailable) {
    return unavailable('The queue does not accept commands right now.');
  }
  const status = statusOf(error);
  if (status === 413)
    return problem('payload_too_large', 'The body is too large. Split the request.');
  if (status !== undefined && status >= 400 && status < 500) {
    return problem(
      'invalid_request',
      'The request cannot be read. Check its address and its encoding.',
    );
  }
  return unavailable('Something behind this service does not answer.');
}

const unavailable = (what: string): Problem =>
  problem(
    'unavailable',
    `${what} Repeat the request with the same Idempotency-Key in a moment; nothing happens twice.`,
    { headers: { 'Retry-After': retryAfter(1) } },
  );

/** Express and its parsers mark the caller's faults with a status. */
function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** A download that its reader broke off. */
const callerLeft = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === 'ERR_STREAM_PREMATURE_CLOSE';

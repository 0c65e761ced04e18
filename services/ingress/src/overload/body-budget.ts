import type { IncomingMessage } from 'node:http';
import { problem, type Problem } from '../problems/problem.ts';
import { retryAfter } from './retry-after.ts';

export interface BodyBudget {
  /** Sets memory aside for a body before it is read; `null` when there is none left. */
  reserve: (bytes: number) => (() => void) | null;
  bytesReserved: () => number;
}

/** What a request without much of a body takes all the same. */
const OVERHEAD_BYTES = 4 * 1_024;

/** Bounds what all bodies under way may hold together, from before the first byte until the answer. */
export function createBodyBudget(bytesMax: number): BodyBudget {
  let reserved = 0;
  return {
    reserve(bytes) {
      const needed = bytes + OVERHEAD_BYTES;
      // One body always fits, however large the routes' own limits are.
      if (reserved > 0 && reserved + needed > bytesMax) return null;
      reserved += needed;
      return () => {
        reserved -= needed;
      };
    },
    bytesReserved: () => reserved,
  };
}

/** The most that the body of this request may become: what it declares, or the route's own limit. */
export function bodyBytes(request: IncomingMessage, bytesMax: number): number {
  const { 'content-length': declared, 'content-encoding': encoding } = request.headers;
  const hasBody = declared !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (!hasBody) return 0;
  // What is compressed or sent in chunks shows its size only at the end.
  if (declared === undefined || (encoding ?? 'identity') !== 'identity') return bytesMax;
  return Math.min(Number(declared), bytesMax);
}

/** The refusal of a body for which there is no memory; the connection ends, for the body may still come. */
export function noRoomForBody(): Problem {
  const wait = retryAfter(1);
  return problem(
    'unavailable',
    `Too many requests are under way. This one was not read, not accepted, and moved no credits. Send it again in ${wait} s, under the same Idempotency-Key if it has one.`,
    { protective: true, headers: { 'Retry-After': wait, Connection: 'close' } },
  );
}

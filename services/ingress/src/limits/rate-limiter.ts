import type { RateLimit } from '@bursar/contracts';
import type { Caller } from '../access/caller.ts';
import { retryAfter } from '../overload/retry-after.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { createFixedWindows, type Taken } from './fixed-windows.ts';
import type { LeasedWindows } from './leased-windows.ts';

/** The limits of a key; `null` is none. */
export interface KeyLimits {
  writes: RateLimit | null;
  reads: RateLimit | null;
  burst: RateLimit | null;
}

export type RequestKind = 'write' | 'read';

export interface RateLimiter {
  /** Counts a request against the limits of the caller's key. */
  admit: (caller: Caller, kind: RequestKind, points: number) => Promise<Admission>;
}

export interface Admission {
  /** RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers); none for who has no limit. */
  headers: Record<string, string>;
  refusal: Problem | null;
}

const UNLIMITED: KeyLimits = { writes: null, reads: null, burst: null };
const BURST_WINDOWS_MAX = 20_000;

/**
 * Two limits for each key: over a longer window for writes or reads, shared by all replicas, and a
 * burst over a short one that protects this replica. Operators have none unless their key says so.
 */
export function createRateLimiter(
  defaults: KeyLimits,
  windows: LeasedWindows,
  onRefusal: (limit: string) => void,
): RateLimiter {
  const bursts = createFixedWindows(BURST_WINDOWS_MAX);
  return {
    async admit(caller, kind, points) {
      const base = caller.kind === 'product' ? defaults : UNLIMITED;
      const limits = { ...base, ...caller.limits };
      const counted: Counted[] = [];
      const { burst } = limits;
      if (burst !== null) {
        const cost = Math.min(points, burst.points);
        counted.push({ name: 'burst', limit: burst, taken: bursts.take(caller.key, cost, burst) });
      }
      const lasting = kind === 'write' ? limits.writes : limits.reads;
      if (lasting !== null && counted.every(({ taken }) => taken.allowed)) {
        const taken = await windows.take(`${caller.key}/${kind}`, points, lasting);
        counted.unshift({ name: kind, limit: lasting, taken });
      }
      const refused = counted.find(({ taken }) => !taken.allowed);
      if (refused !== undefined) onRefusal(refused.name);
      return {
        headers: headersOf(counted),
        refusal: refused === undefined ? null : refusalOf(refused),
      };
    },
  };
}

interface Counted {
  name: string;
  limit: RateLimit;
  taken: Taken;
}

function headersOf(counted: readonly Counted[]): Record<string, string> {
  if (counted.length === 0) return {};
  return {
    'RateLimit-Policy': counted
      .map(({ name, limit }) => `"${name}";q=${limit.points};w=${limit.seconds}`)
      .join(', '),
    RateLimit: counted
      .map(
        ({ name, taken }) => `"${name}";r=${taken.remaining};t=${Math.ceil(taken.resetMs / 1_000)}`,
      )
      .join(', '),
  };
}

function refusalOf({ name, limit, taken }: Counted): Problem {
  const wait = retryAfter(taken.resetMs / 1_000);
  return problem(
    'rate_limited',
    `This key may send ${limit.points} (${name}) in ${limit.seconds} s. Nothing was accepted; no credits moved. Send the same request again, under the same Idempotency-Key if it has one, in ${wait} s.`,
    { protective: true, headers: { 'Retry-After': wait } },
  );
}

import type { RateLimit } from '@bursar/contracts';
import type { Caller } from '../access/caller.ts';
import { retryAfter } from '../overload/retry-after.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { createFixedWindows, type Taken } from './fixed-windows.ts';
import type { LeasedWindows } from './leased-windows.ts';

/** The limits of a key or of a person; `null` is none. */
export interface KeyLimits {
  writes: RateLimit | null;
  reads: RateLimit | null;
  burst: RateLimit | null;
}

export type RequestKind = 'write' | 'read';

export interface RateLimiter {
  /** Counts a request against the limits of the caller's key and person. */
  admit: (caller: Caller, kind: RequestKind, points: number) => Promise<Admission>;
}

export interface Admission {
  /** RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers); none for who has no limit. */
  headers: Record<string, string>;
  refusal: Problem | null;
}

const UNLIMITED: KeyLimits = { writes: null, reads: null, burst: null };
const BURST_WINDOWS_MAX = 20_000;

/** Whose limits a request counts against: the caller's key, and the person it speaks for. */
interface Holder {
  /** Names the holder's windows. */
  id: string;
  /** Before the names of the limits, as headers tell them. */
  prefix: '' | 'person-';
  limits: KeyLimits;
}

function holdersOf(caller: Caller, { key, person }: Defaults): Holder[] {
  const base = caller.kind === 'product' ? key : UNLIMITED;
  const ofKey: Holder = { id: caller.key, prefix: '', limits: { ...base, ...caller.limits } };
  if (caller.kind !== 'person') return [ofKey];
  return [{ id: `person:${caller.id}`, prefix: 'person-', limits: person }, ofKey];
}

interface Defaults {
  /** Of product keys that have none of their own. */
  key: KeyLimits;
  /** Of each person, through whichever keys. */
  person: KeyLimits;
}

/**
 * Two limits for each key and for each person: over a longer window for writes or reads, shared by
 * all replicas, and a burst over a short one that protects this replica. Operators have none unless
 * their key says so; acting as a person, they have that person's.
 */
export function createRateLimiter(
  defaults: Defaults,
  windows: LeasedWindows,
  onRefusal: (limit: string) => void,
): RateLimiter {
  const bursts = createFixedWindows(BURST_WINDOWS_MAX);

  function takeBurst({ id, prefix, limits: { burst } }: Holder, points: number): Counted[] {
    if (burst === null) return [];
    const taken = bursts.take(id, Math.min(points, burst.points), burst);
    return [{ name: `${prefix}burst`, limit: burst, taken }];
  }

  async function takeLasting(
    { id, prefix, limits }: Holder,
    kind: RequestKind,
    points: number,
  ): Promise<Counted[]> {
    const limit = kind === 'write' ? limits.writes : limits.reads;
    if (limit === null) return [];
    const taken = await windows.take(`${id}/${kind}`, points, limit);
    return [{ name: `${prefix}${kind}`, limit, taken }];
  }

  return {
    async admit(caller, kind, points) {
      const holders = holdersOf(caller, defaults);
      const short = holders.flatMap((holder) => takeBurst(holder, points));
      const lasting: Counted[] = [];
      for (const holder of holders) {
        // What is refused already is counted no further.
        if (![...lasting, ...short].every(({ taken }) => taken.allowed)) break;
        lasting.push(...(await takeLasting(holder, kind, points)));
      }
      const counted = [...lasting, ...short];
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
    `This ${name.startsWith('person-') ? 'person' : 'key'} may send ${limit.points} (${name}) in ${limit.seconds} s. Nothing was accepted; no credits moved. Send the same request again, under the same Idempotency-Key if it has one, in ${wait} s.`,
    { protective: true, headers: { 'Retry-After': wait } },
  );
}

import type { RateLimit } from '@bursar/contracts';
import { retryAfter } from '../overload/retry-after.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { createFixedWindows } from './fixed-windows.ts';

/** Requests without a valid key, by the network they come from. */
export interface FailedAttempts {
  note: (address: string) => void;
  /** The refusal of more of them; `null` while there may be more. */
  refusal: (address: string) => Problem | null;
}

/** Beyond this many networks the oldest are forgotten, so that a flood of them stays bounded. */
const NETWORKS_MAX = 50_000;

/** Keeps keys from being guessed, and guesses from costing queries; counted on each replica alone. */
export function createFailedAttempts(
  limit: RateLimit | null,
  onRefusal: () => void,
): FailedAttempts {
  if (limit === null) return { note: () => undefined, refusal: () => null };
  const windows = createFixedWindows(NETWORKS_MAX);
  return {
    note(address) {
      windows.take(networkOf(address), 1, limit);
    },
    refusal(address) {
      const exhausted = windows.exhausted(networkOf(address), limit);
      if (exhausted === null) return null;
      onRefusal();
      const wait = retryAfter(exhausted.resetMs / 1_000);
      return problem(
        'rate_limited',
        `Too many requests without a valid key came from this address. Nothing was accepted; no credits moved. Check the key and try again in ${wait} s.`,
        { protective: true, headers: { 'Retry-After': wait } },
      );
    },
  };
}

/** An IPv4 address as it is; of IPv6 the first 64 bits, which is what one subscriber is given. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

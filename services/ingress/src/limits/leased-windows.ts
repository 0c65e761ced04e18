import { setTimeout as sleep } from 'node:timers/promises';
import type { RateLimit } from '@bursar/contracts';
import type { Taken } from './fixed-windows.ts';
import type { WindowStore } from './window-store.ts';

export interface LeasedWindows {
  /** Takes points out of the named window, which all replicas share; asks the store now and then. */
  take: (name: string, points: number, limit: RateLimit) => Promise<Taken>;
}

/** So many round trips to the store use up a whole window, whoever makes them. */
const SLICES_PER_WINDOW = 20;
/** A store that is slower than this counts as away, for nobody shall wait for their limit. */
const STORE_LIMIT_MS = 250;
const LEASES_MAX = 20_000;

/** What this replica holds of one shared window. */
interface Lease {
  limit: RateLimit;
  /** Points in hand. */
  left: number;
  /** Points that nobody had taken yet when the store was last asked. */
  unclaimed: number;
  endsAt: number;
  asking: Promise<void> | null;
}

/**
 * A round trip for every request would cost the hot path more than the work that it limits. So a
 * replica takes a slice of the window at once and spends it alone: refusals may come early by what
 * others hold unspent, never late. While the store is away each replica grants the whole limit by
 * itself: too much for a while is better than nothing.
 */
export function createLeasedWindows(
  store: WindowStore,
  onStoreFailure: (error: unknown) => void,
): LeasedWindows {
  const leases = new Map<string, Lease>();

  function leaseOf(name: string, limit: RateLimit): Lease {
    const known = leases.get(name);
    const usable =
      known !== undefined &&
      known.endsAt > performance.now() &&
      known.limit.points === limit.points &&
      known.limit.seconds === limit.seconds;
    if (usable) return known;
    leases.delete(name);
    const oldest = leases.size >= LEASES_MAX ? leases.keys().next().value : undefined;
    if (oldest !== undefined) leases.delete(oldest);
    const endsAt = performance.now() + limit.seconds * 1_000;
    const fresh = { limit, left: 0, unclaimed: limit.points, endsAt, asking: null };
    leases.set(name, fresh);
    return fresh;
  }

  async function askFor(name: string, lease: Lease, needed: number): Promise<void> {
    const { limit } = lease;
    const slice = Math.max(Math.ceil(limit.points / SLICES_PER_WINDOW), needed);
    try {
      const window = await inTime(store.add(name, slice, limit.seconds));
      const before = window.points - slice;
      lease.left += Math.max(0, Math.min(slice, limit.points - before));
      lease.unclaimed = Math.max(0, limit.points - window.points);
      lease.endsAt = performance.now() + window.leftMs;
    } catch (error) {
      onStoreFailure(error);
      lease.left = limit.points;
      lease.unclaimed = 0;
      lease.endsAt = performance.now() + limit.seconds * 1_000;
    } finally {
      lease.asking = null;
    }
  }

  return {
    async take(name, points, limit) {
      // What is larger than a whole window passes when the window is whole, or it never would.
      const cost = Math.min(points, limit.points);
      let lease = leaseOf(name, limit);
      while (lease.left < cost && lease.unclaimed > 0) {
        lease.asking ??= askFor(name, lease, cost - lease.left);
        await lease.asking;
        lease = leaseOf(name, limit);
      }
      const allowed = lease.left >= cost;
      if (allowed) lease.left -= cost;
      return {
        allowed,
        remaining: lease.left + lease.unclaimed,
        resetMs: Math.max(0, lease.endsAt - performance.now()),
      };
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const ending = new AbortController();
  const limit = sleep(STORE_LIMIT_MS, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`The store of rate limits did not answer within ${STORE_LIMIT_MS} ms.`);
  });
  // Aborting the timer rejects it, when nobody listens any more.
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    ending.abort();
  }
}

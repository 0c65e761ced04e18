import type { RateLimit } from '@bursar/contracts';

/** What became of points that were asked for. */
export interface Taken {
  allowed: boolean;
  /** What is left of the window. */
  remaining: number;
  /** Until the window is over. */
  resetMs: number;
}

export interface FixedWindows {
  /** Takes points out of the named window unless it holds too few. */
  take: (name: string, points: number, limit: RateLimit) => Taken;
  /** Whether the named window has nothing left; takes nothing. */
  exhausted: (name: string, limit: RateLimit) => Taken | null;
}

/** Windows in the memory of this process, which begin with the first points taken from them. */
export function createFixedWindows(
  windowsMax: number,
  now: () => number = () => performance.now(),
): FixedWindows {
  const windows = new Map<string, { used: number; endsAt: number }>();

  function windowOf(name: string, limit: RateLimit): { used: number; endsAt: number } {
    const known = windows.get(name);
    if (known !== undefined && known.endsAt > now()) return known;
    // Deleted first, so that the oldest window is always the first of the map.
    windows.delete(name);
    const oldest = windows.size >= windowsMax ? windows.keys().next().value : undefined;
    if (oldest !== undefined) windows.delete(oldest);
    const fresh = { used: 0, endsAt: now() + limit.seconds * 1_000 };
    windows.set(name, fresh);
    return fresh;
  }

  return {
    take(name, points, limit) {
      const window = windowOf(name, limit);
      const allowed = window.used + points <= limit.points;
      if (allowed) window.used += points;
      return {
        allowed,
        remaining: Math.max(0, limit.points - window.used),
        resetMs: window.endsAt - now(),
      };
    },
    exhausted(name, limit) {
      const window = windows.get(name);
      if (window === undefined || window.endsAt <= now() || window.used < limit.points) return null;
      return { allowed: false, remaining: 0, resetMs: window.endsAt - now() };
    },
  };
}

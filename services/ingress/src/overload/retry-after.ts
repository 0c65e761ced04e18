/**
 * The value of a Retry-After header: the given seconds, rounded up, and up to half as long again, so
 * that callers who were refused together do not come back together. `random` is in [0, 1).
 */
export function retryAfter(seconds: number, random: number = Math.random()): string {
  const spread = Math.min(Math.max(seconds / 2, 1), SPREAD_SECONDS_MAX);
  return String(Math.max(1, Math.ceil(seconds + spread * random)));
}

const SPREAD_SECONDS_MAX = 15;

const FIRST_MS = 200;
const MAX_MS = 8_000;

/**
 * How long to pause before attempt number `attempt` (the first repetition is 1): any time up to an
 * exponentially growing bound, so that clients that failed together do not return together. What
 * the server asked for in Retry-After is the least.
 */
export function backoffMs(
  attempt: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const bound = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  const jittered = random() * bound;
  // Spread after the named moment, too: it is the same for everybody who was refused.
  return retryAfterMs === null ? jittered : retryAfterMs + jittered / 4;
}

/** Reads Retry-After, in seconds or as a date; `null` when absent or not understood. */
export function parseRetryAfter(header: string | null, nowMs: number = Date.now()): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The wait before each attempt of a round, the first one included. */
const WAITS_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** Up to this part is added, so that an endpoint that comes back is not met by everything at once. */
const JITTER = 0.2;
/** An endpoint may ask for more time than the schedule has, but not for ever. */
const RETRY_AFTER_MS_MAX = 24 * HOUR;

export type AttemptVerdict =
  | { verdict: 'delivered' | 'failed' | 'gone' }
  | { verdict: 'retry'; waitMs: number };

/**
 * What follows from an answer. Only 2xx is success; 410 means never again; everything else, redirects
 * included, is tried again until the schedule ends, three days later.
 *
 * @param answer `status` is `null` when there was no answer.
 * @param tries attempts of this round, this one included.
 * @param random from 0 to below 1.
 */
export function judgeAttempt(
  answer: { status: number | null; retryAfterMs: number | null },
  tries: number,
  random: number,
): AttemptVerdict {
  const { status, retryAfterMs } = answer;
  if (status !== null && status >= 200 && status < 300) return { verdict: 'delivered' };
  if (status === 410) return { verdict: 'gone' };
  const scheduled = WAITS_MS[tries];
  if (scheduled === undefined) return { verdict: 'failed' };
  const waitMs = scheduled * (1 + JITTER * random);
  return {
    verdict: 'retry',
    waitMs: Math.max(waitMs, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX)),
  };
}

/** Reads Retry-After, in seconds or as a date; `null` when there is none, or nonsense. */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

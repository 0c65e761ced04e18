const MINUTE = 60;
const HOUR = 60 * MINUTE;
const WAITS_SECONDS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
const WAIT_LATER_SECONDS = 12 * HOUR;
const GIVE_UP_AFTER_SECONDS = 72 * HOUR;

/**
 * When to try again after `attempts` failures, in seconds from now; undefined once the next try
 * would fall more than 72 hours after the event.
 */
export function nextRetryAfter(attempts: number, eventAgeSeconds: number): number | undefined {
  const wait = WAITS_SECONDS[attempts - 1] ?? WAIT_LATER_SECONDS;
  return eventAgeSeconds + wait > GIVE_UP_AFTER_SECONDS ? undefined : wait;
}

import { z } from 'zod';

/** So many points in a window of so many seconds. */
export interface RateLimit {
  points: number;
  seconds: number;
}

/**
 * Reads a limit as it is written in settings and bodies: `600/60s` is 600 in 60 seconds, `off` is
 * none at all.
 *
 * @returns `null` for `off`, `undefined` for a text that is neither.
 */
export function parseRateLimit(text: string): RateLimit | null | undefined {
  if (text === 'off') return null;
  const match = /^([1-9]\d{0,8})\/([1-9]\d{0,4})s$/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[2]);
  return seconds > SECONDS_MAX ? undefined : { points: Number(match[1]), seconds };
}

const SECONDS_MAX = 86_400;

const LimitText = z
  .string()
  .max(20)
  .refine(
    (text) => parseRateLimit(text) !== undefined,
    'must look like "600/60s" (600 in 60 seconds, a day at most), or be "off"',
  )
  .meta({ id: 'RateLimit', example: '600/60s' });

/** The limits of one API key; what is left out counts as in the settings of the installation. */
export const RateLimitBody = z
  .strictObject({
    writes: LimitText.optional(),
    reads: LimitText.optional(),
    burst: LimitText.optional(),
  })
  .meta({ id: 'RateLimitBody' });
export type RateLimitBody = z.infer<typeof RateLimitBody>;

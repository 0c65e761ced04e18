import { parseRateLimit, type RateLimitBody } from '@bursar/contracts';
import type { KeyLimits } from './rate-limiter.ts';

/** What a key's own limits change; texts that no release of ours wrote change nothing. */
export function ownLimits(stored: RateLimitBody | null): Partial<KeyLimits> {
  const own: Partial<KeyLimits> = {};
  for (const name of ['writes', 'reads', 'burst'] as const) {
    const text = stored?.[name];
    const limit = text === undefined ? undefined : parseRateLimit(text);
    if (limit !== undefined) own[name] = limit;
  }
  return own;
}

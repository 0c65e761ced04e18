import { Instant } from '@bursar/contracts';
import { problem, type Problem } from '../problems/problem.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const DAYS_DEFAULT = 30;
const DAYS_MAX = 400;

/** The two ends of a report's time. */
export const RANGE_PARAMETERS = {
  from: Instant.optional().meta({
    description: `Inclusive; left out: ${DAYS_DEFAULT} days before the end`,
  }),
  to: Instant.optional().meta({ description: 'Exclusive; left out: now' }),
};

/** Reads the range, 400 days at most, so that a report stays a bounded amount of work. */
export function readRange(query: {
  from?: string | undefined;
  to?: string | undefined;
}): { kind: 'range'; from: Date; to: Date } | Problem {
  const to = query.to === undefined ? new Date() : new Date(query.to);
  const from =
    query.from === undefined
      ? new Date(to.getTime() - DAYS_DEFAULT * DAY_MS)
      : new Date(query.from);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days > 0 && days <= DAYS_MAX) return { kind: 'range', from, to };
  const message = `must lie before to, and at most ${DAYS_MAX} days`;
  return problem('invalid_request', `from ${message}. Ask for a shorter time.`, {
    errors: [{ parameter: 'from', message }],
  });
}

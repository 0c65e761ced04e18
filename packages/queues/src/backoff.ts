import type { CatalogRow } from './catalog.ts';

/**
 * Milliseconds to wait before the next attempt: doubling, capped, and spread over the upper half
 * so that jobs which failed together do not come back together.
 * `random` is in [0, 1).
 */
export function backoffMs(row: CatalogRow, attemptsMade: number, random: number): number {
  // Beyond 2^30 the power is above every cap; stopping there keeps it an exact integer.
  const doublings = Math.min(Math.max(attemptsMade - 1, 0), 30);
  const ceiling = Math.min(row.backoffFirstMs * 2 ** doublings, row.backoffCapMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

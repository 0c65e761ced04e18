import { parseAmount } from '@bursar/contracts/amounts';

/** Fewer days with usage say nothing about what is usual. */
const DAYS_LEAST = 5;
const TIMES = 3n;

/** The days that used more than three times the median of the days on which anything was used. */
export function unusualDays(days: readonly { key: string; net: string }[]): string[] {
  const used = days
    .map(({ key, net }) => ({ key: key.slice(0, 10), net: parseAmount(net) }))
    .flatMap(({ key, net }) => (net.ok ? [{ key, micro: net.micro }] : []));
  if (used.length < DAYS_LEAST) return [];
  const sorted = used.map(({ micro }) => micro).toSorted((a, b) => (a < b ? -1 : 1));
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0n;
  return used.filter(({ micro }) => micro > median * TIMES).map(({ key }) => key);
}

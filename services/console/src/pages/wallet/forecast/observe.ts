const DAY_MS = 86_400_000;

/** The use of one UTC day, as the report sums it up. */
export interface UsedDay {
  key: string;
  net: string;
}

/**
 * The days that a projection may rest on: full UTC days from the first use on, those without any use
 * included. Today counts only while there is no other.
 *
 * @param today such as `2026-11-20`.
 */
export function usedPerDay(
  data: readonly UsedDay[],
  today: string,
): { used: number[]; onlyToday: boolean } {
  const byDay = new Map(data.map(({ key, net }) => [key, Math.max(0, Number(net))]));
  const first = [...byDay.keys()].toSorted()[0];
  if (first === undefined) return { used: [], onlyToday: false };
  if (first === today) return { used: [byDay.get(today) ?? 0], onlyToday: true };
  const used: number[] = [];
  for (let at = Date.parse(first); at < Date.parse(today); at += DAY_MS) {
    used.push(byDay.get(new Date(at).toISOString().slice(0, 10)) ?? 0);
  }
  return { used, onlyToday: false };
}

/** The one in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

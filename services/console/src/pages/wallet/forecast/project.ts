/** Credits as numbers: a projection is a guess to be drawn, and nothing is booked by it. */
export interface Observed {
  available: number;
  /** What was used on each of the days that were looked at, without those before the first use. */
  usedPerDay: readonly number[];
  /** What lapses, by days from now. */
  expiring: readonly { inDays: number; amount: number }[];
}

export interface ProjectedDay {
  day: number;
  low: number;
  middle: number;
  high: number;
}

export interface Projection {
  days: readonly ProjectedDay[];
  /** Days until nothing is left, in the tenth, the middle and the ninetieth of a hundred futures. */
  empty: { early: number | null; middle: number | null; late: number | null };
  horizon: number;
}

const FUTURES = 300;
const HORIZON_DAYS = 365;
/** The same every time it is looked at: a date that jumps by itself is trusted by nobody. */
const SEED = 42;

/**
 * Draws futures from the days that were seen: each coming day is one of them, credits that expire
 * sooner are used first, and what is left of them lapses on its day.
 *
 * @returns the spread of what is left on each day until all but a few futures are empty.
 */
export function project(observed: Observed): Projection {
  const random = generator(SEED);
  const futures = Array.from({ length: FUTURES }, () => oneFuture(observed, random));
  const emptyAt = futures
    .map((left) => left.findIndex((amount) => amount <= 0))
    .map((day) => (day === -1 ? Infinity : day))
    .toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const day = emptyAt[Math.floor(share * (FUTURES - 1))] ?? Infinity;
    return day === Infinity ? null : day;
  };
  const empty = { early: at(0.1), middle: at(0.5), late: at(0.9) };
  const shown = Math.min(HORIZON_DAYS, Math.ceil((empty.late ?? HORIZON_DAYS) * 1.05) + 1);
  const days = Array.from({ length: shown + 1 }, (_, day) => spreadOf(futures, day));
  return { days, empty, horizon: HORIZON_DAYS };
}

/** What is left at the end of each day, today's beginning first. */
function oneFuture({ available, usedPerDay, expiring }: Observed, random: () => number): number[] {
  const lots = expiring.map((lot) => ({ ...lot })).toSorted((a, b) => a.inDays - b.inDays);
  const bounded = lots.reduce((sum, { amount }) => sum + amount, 0);
  let lasting = Math.max(0, available - bounded);
  const left = [available];
  for (let day = 1; day <= HORIZON_DAYS; day += 1) {
    let use = usedPerDay[Math.floor(random() * usedPerDay.length)] ?? 0;
    for (const lot of lots) {
      if (lot.inDays < day) lot.amount = 0;
      const taken = Math.min(lot.amount, use);
      lot.amount -= taken;
      use -= taken;
    }
    lasting = Math.max(0, lasting - use);
    left.push(lasting + lots.reduce((sum, { amount }) => sum + amount, 0));
  }
  return left;
}

function spreadOf(futures: readonly number[][], day: number): ProjectedDay {
  const sorted = futures.map((left) => left[day] ?? 0).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { day, low: at(0.1), middle: at(0.5), high: at(0.9) };
}

/** A small generator whose numbers are the same everywhere (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

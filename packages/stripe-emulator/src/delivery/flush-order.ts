export const FLUSH_ORDERS = ['fifo', 'reverse', 'shuffle'] as const;
export type FlushOrder = (typeof FLUSH_ORDERS)[number];

/** Puts what is held into an order; the same seed always shuffles alike. */
export function inFlushOrder<T>(items: readonly T[], order: FlushOrder, seed: number): T[] {
  switch (order) {
    case 'fifo':
      return [...items];
    case 'reverse':
      return items.toReversed();
    case 'shuffle':
      return shuffled(items, seed);
    default:
      return order satisfies never;
  }
}

/** Takes the items out one by one, each time from a place that a small generator names. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const left = [...items];
  const taken: T[] = [];
  let state = seed;
  while (left.length > 0) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    taken.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return taken;
}

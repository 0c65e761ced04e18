/**
 * Does bounded work again and again, each time in a statement of its own, until a round finds less
 * than it may take or `limit` is reached. Returns how much was done.
 */
export async function inBatches(
  size: number,
  limit: number,
  work: (size: number) => Promise<number>,
): Promise<number> {
  let done = 0;
  while (done < limit) {
    const asked = Math.min(size, limit - done);
    const found = await work(asked);
    done += found;
    if (found < asked) break;
  }
  return done;
}

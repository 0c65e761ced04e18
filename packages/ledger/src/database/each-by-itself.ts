/** When so many failed, it is an outage, and trying the rest would only take long. */
const FAILURES_MAX = 5;

/**
 * Does the work for one item after the other, whatever becomes of those before: what cannot be done
 * for one must not keep the others from theirs, however often it comes first.
 *
 * @throws the first failure, once all the others were tried or too many failed.
 */
export async function eachByItself<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
      if (failures.length === FAILURES_MAX) break;
    }
  }
  if (failures.length > 0) throw failures[0];
}

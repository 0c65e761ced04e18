/**
 * Runs every path once a round, one after the other, so that a machine which others use at the same
 * time favours none. Answers with each path's results, a round each.
 */
export async function inTurn<Result>(
  rounds: number,
  paths: Readonly<Record<string, () => Promise<Result>>>,
): Promise<Rounds<Result>> {
  const results = new Map<string, Result[]>(Object.keys(paths).map((path) => [path, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [path, run] of Object.entries(paths)) results.get(path)?.push(await run());
  }
  return {
    paths: [...results.keys()],
    middle: (path, read) => median((results.get(path) ?? []).map(read)),
    ratio: (path, reference, read) =>
      median(
        (results.get(path) ?? []).map((result, round) => {
          const against = results.get(reference)?.[round];
          return against === undefined ? Number.NaN : read(result) / read(against);
        }),
      ),
  };
}

export interface Rounds<Result> {
  paths: readonly string[];
  /** The median of a figure over the rounds. */
  middle: (path: string, read: (result: Result) => number) => number;
  /** The median of the ratios of one round each. */
  ratio: (path: string, reference: string, read: (result: Result) => number) => number;
}

/** Not a number when there are none. */
function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the given share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

import type { Database } from '../database/connect.ts';

/** Months of history prepared at once, in case nobody looks after them for a while. */
export const PARTITIONS_AHEAD = 3;

/**
 * Makes history's partitions for this month and the given number of months after it; harmless when
 * they are there already. Charges go on meanwhile.
 *
 * @returns the partitions that were made.
 */
export async function makePartitions(db: Database, monthsAhead: number): Promise<string[]> {
  const [row] = await db<{ made: string[] }[]>`
    select bursar.make_partitions(${monthsAhead}::integer) as made`;
  return row?.made ?? [];
}

/**
 * Takes the months of history that ended before the given time out of the hot tables. They stay in
 * the schema `bursar_archive`, where the auditor and look-ups by id still find them; lists of a
 * wallet's transactions no longer show them.
 *
 * @returns the partitions that were detached.
 */
export async function detachPartitions(db: Database, before: Date): Promise<string[]> {
  const [row] = await db<{ detached: string[] }[]>`
    select bursar.detach_partitions(${before}) as detached`;
  return row?.detached ?? [];
}

import type { LedgerTransaction } from '../../database/connect.ts';

const ROWS_AT_ONCE = 5_000;

/**
 * Reads a query in bounded pieces. A server-side cursor with a name, because several are read in turn
 * on one connection and in one snapshot. `name` and `query` are constants of this folder.
 */
export async function* streamRows<Row extends object>(
  tx: LedgerTransaction,
  name: string,
  query: string,
): AsyncGenerator<Row> {
  // The whole result is wanted, so the plan for all rows is better than the one for the first rows.
  await tx.unsafe(
    `set local cursor_tuple_fraction = 1; declare ${name} no scroll cursor for ${query}`,
  );
  for (;;) {
    const rows = await tx.unsafe<Row[]>(`fetch ${ROWS_AT_ONCE} from ${name}`);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await tx.unsafe(`close ${name}`);
}

import type { Database } from '@bursar/ledger/administration';

export interface Measured {
  path: string;
  count: number;
  perSecond: number;
  walBytesEach: number | null;
}

/** Runs `lanes` loops side by side for the given time and counts what they report as done. */
export async function measure(
  path: string,
  seconds: number,
  lanes: number,
  step: (lane: number) => Promise<number>,
  owner: Database | null = null,
): Promise<Measured> {
  const before = owner === null ? null : await walPosition(owner);
  const started = performance.now();
  const until = started + seconds * 1_000;
  const counts = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      let done = 0;
      // Added up apart, because `done += await …` reads the sum before the wait.
      while (performance.now() < until) {
        const more = await step(lane);
        done += more;
      }
      return done;
    }),
  );
  const elapsed = (performance.now() - started) / 1_000;
  const count = counts.reduce((sum, one) => sum + one, 0);
  const wal = owner === null || before === null ? null : (await walPosition(owner)) - before;
  return {
    path,
    count,
    perSecond: count / elapsed,
    walBytesEach: wal === null ? null : wal / count,
  };
}

async function walPosition(owner: Database): Promise<number> {
  const [row] = await owner<{ at: string }[]>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as at`;
  return Number(row?.at ?? 0);
}

export const rate = (value: number): string => Math.round(value).toLocaleString('en');

/** Prints rows under each other with aligned columns. */
export function printTable(title: string, header: string[], rows: string[][]): void {
  const widths = header.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ');
  console.log(`\n${title}\n${line(header)}\n${widths.map((w) => '-'.repeat(w)).join('   ')}`);
  for (const row of rows) console.log(line(row));
}

import { until } from './until.ts';
import type { WholeSystem } from './whole-system.ts';

/** Resolves when every stored event and every fact has been dealt with and no job waits or runs. */
export async function untilQuiet(
  { database, queues }: WholeSystem,
  limitMs = 30_000,
): Promise<void> {
  const quiet = async (): Promise<boolean> => {
    const [row] = await database.db<{ waiting: bigint }[]>`
      select (select count(*) from bursar.stripe_events where status = 'received')
        + (select count(*) from bursar.outbox where relayed_at is null) as waiting`;
    if (row?.waiting !== 0n) return false;
    const counts = await queues.counts();
    return Object.entries(counts).every(
      // Schedules always have their next tick waiting.
      ([name, { waiting, active, delayed }]) =>
        name === 'schedules' || waiting + active + delayed === 0,
    );
  };
  await until('nothing waits any more', quiet, limitMs);
  // A job may have made another between the two looks.
  await until('nothing waits any more', quiet, limitMs);
}

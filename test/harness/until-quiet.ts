import { until } from './until.ts';
import type { WholeSystem } from './whole-system.ts';

/**
 * Resolves when Stripe has told what there was to tell, every stored event and every fact has been
 * dealt with, and no job waits or runs.
 */
export async function untilQuiet(
  { database, queues, emulator }: WholeSystem,
  limitMs = 120_000,
): Promise<void> {
  // In the direction in which things pass on, so that nothing slips by between two looks.
  const quiet = async (): Promise<boolean> => {
    if (await emulator.isDelivering()) return false;
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
  // What the last job did may have led to more at Stripe or in the ledger.
  await until('nothing waits any more', quiet, limitMs);
}

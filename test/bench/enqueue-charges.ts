import type { ChargeItem } from '@bursar/contracts';
import type { Queues } from '@bursar/queues';
import { makeCharge, shardOf } from './stage.ts';

const JOBS_AT_ONCE = 500;
/** Many large jobs in one round trip would take longer than the queue's limit for an answer. */
const CHARGES_AT_ONCE = 5_000;

/** Enqueues so many jobs of so many charges each, every job's wallets of one shard. */
export async function enqueueCharges(queues: Queues, jobs: number, perJob: number): Promise<void> {
  const atOnce = Math.min(JOBS_AT_ONCE, Math.ceil(CHARGES_AT_ONCE / perJob));
  for (let at = 0; at < jobs; at += atOnce) {
    await queues.enqueueMany(
      Array.from({ length: Math.min(atOnce, jobs - at) }, () => {
        const first = makeCharge();
        const shard = shardOf(first);
        const payload = { items: [first, ...ofShard(shard, perJob - 1)] };
        return { job: 'apply-charges' as const, payload, options: { shard } };
      }),
    );
  }
}

function ofShard(shard: number, count: number): ChargeItem[] {
  const items: ChargeItem[] = [];
  while (items.length < count) {
    const item = makeCharge();
    if (shardOf(item) === shard) items.push(item);
  }
  return items;
}

import type { ChargeItem } from '@bursar/contracts';
import { chargeShard } from '@bursar/queues';
import type { JobQueue } from '../service/services.ts';

const JOB_ITEMS_MAX = 500;
/** Well below what one job may hold. */
const JOB_BYTES_MAX = 1024 * 1024;

/**
 * Makes charges durable, in as few jobs as possible: one round trip a shard, so that the outage of one
 * does not fail the others.
 *
 * @returns what went wrong, for those whose job was not confirmed; it may exist all the same.
 */
export async function enqueueCharges(
  queues: JobQueue,
  items: readonly ChargeItem[],
): Promise<Map<ChargeItem, unknown>> {
  const shards = Map.groupBy(items, ({ wallet }) => chargeShard(wallet, queues.chargeShards));
  const failures = new Map<ChargeItem, unknown>();
  await Promise.all(
    [...shards].map(async ([shard, part]) => {
      try {
        await queues.enqueueMany(
          packed(part).map((pack) => ({
            job: 'apply-charges',
            payload: { items: pack },
            options: { shard },
          })),
        );
      } catch (error) {
        for (const item of part) failures.set(item, error);
      }
    }),
  );
  return failures;
}

/** In order, as many to a pack as a job may hold. */
function packed(items: readonly ChargeItem[]): ChargeItem[][] {
  const packs: ChargeItem[][] = [];
  let pack: ChargeItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (pack.length === 0 || pack.length === JOB_ITEMS_MAX || bytes + size > JOB_BYTES_MAX) {
      pack = [];
      packs.push(pack);
      bytes = 0;
    }
    pack.push(item);
    bytes += size;
  }
  return packs;
}

import type { ChargeItem } from '@bursar/contracts';
import { chargeShard } from '@bursar/queues';
import type { JobQueue } from '../service/services.ts';

const JOB_ITEMS_MAX = 500;
/** Well below what one job may hold. */
const JOB_BYTES_MAX = 512 * 1024;
/** One round trip must be over long before the queue counts as not answering. */
const TRIP_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Makes charges durable, in as few jobs and round trips as possible, and each shard by itself, so that
 * the outage of one does not fail the others.
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
      const waiting = tripsOf(packed(part));
      try {
        // In turn: the charges of a wallet keep their order, and what failed is not followed by more.
        for (let trip = waiting[0]; trip !== undefined; trip = waiting[0]) {
          await queues.enqueueMany(
            trip.map(({ pack }) => ({
              job: 'apply-charges',
              payload: { items: pack },
              options: { shard },
            })),
          );
          waiting.shift();
        }
      } catch (error) {
        for (const { pack } of waiting.flat()) for (const item of pack) failures.set(item, error);
      }
    }),
  );
  return failures;
}

interface Pack {
  pack: ChargeItem[];
  bytes: number;
}

/** In order, as many to a pack as a job may hold. */
function packed(items: readonly ChargeItem[]): Pack[] {
  const packs: Pack[] = [];
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    const last = packs.at(-1);
    const fits =
      last !== undefined && last.pack.length < JOB_ITEMS_MAX && last.bytes + size <= JOB_BYTES_MAX;
    if (fits) {
      last.pack.push(item);
      last.bytes += size;
    } else {
      packs.push({ pack: [item], bytes: size });
    }
  }
  return packs;
}

/** In order, as many packs to a trip as make it no longer than it may be. */
function tripsOf(packs: readonly Pack[]): Pack[][] {
  const trips: Pack[][] = [];
  let bytes = 0;
  for (const pack of packs) {
    const last = trips.at(-1);
    bytes += pack.bytes;
    if (last !== undefined && bytes <= TRIP_BYTES_MAX) {
      last.push(pack);
    } else {
      trips.push([pack]);
      bytes = pack.bytes;
    }
  }
  return trips;
}

import type { ChargeItem } from '@bursar/contracts';
import { chargeShard, type NewJob } from '@bursar/queues';
import type { Lane } from '../overload/queue-load.ts';
import type { Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { LATER_PRIORITY } from './charge-packer.ts';

const JOB_ITEMS_MAX = 500;
/** Well below what one job may hold. */
const JOB_BYTES_MAX = 512 * 1024;
/** One round trip must be over long before the queue counts as not answering. */
const TRIP_BYTES_MAX = 2 * 1024 * 1024;

export interface Placement {
  item: ChargeItem;
  /** It is in the queue for certain, so a queue that is too far behind need not refuse it. */
  queued: boolean;
}

/** Why a charge is not known to be durable: the refusal of a queue too far behind, or what was thrown. */
export type Failure = { refusal: Problem } | { thrown: unknown };

/**
 * Makes charges durable, in as few jobs and round trips as possible, and each shard by itself, so that
 * the outage of one does not fail the others.
 *
 * @returns the failures; what was thrown leaves open whether the job exists all the same.
 */
export async function enqueueCharges(
  services: Pick<Services, 'queues' | 'load' | 'hotWallets'>,
  placements: readonly Placement[],
): Promise<Map<ChargeItem, Failure>> {
  const failures = new Map<ChargeItem, Failure>();
  const sendPart = async ({ shard, lane, placements: part }: Part): Promise<void> => {
    const refusal = services.load.refusal(`charges-${shard}`, lane);
    if (refusal !== null) {
      for (const { item, queued } of part) if (!queued) failures.set(item, { refusal });
      return;
    }
    const waiting = tripsOf(packed(part.map(({ item }) => item)));
    try {
      // In turn: the charges of a wallet keep their order, and what failed is not followed by more.
      for (let trip = waiting[0]; trip !== undefined; trip = waiting[0]) {
        await services.queues.enqueueMany(trip.map(({ pack }) => jobOf(pack, shard, lane)));
        waiting.shift();
      }
    } catch (thrown) {
      for (const { pack } of waiting.flat())
        for (const item of pack) failures.set(item, { thrown });
    }
  };
  await Promise.all(partsOf(services, placements).map(sendPart));
  return failures;
}

const jobOf = (items: ChargeItem[], shard: number, lane: Lane): NewJob => ({
  job: 'apply-charges',
  payload: { items },
  options: { shard, ...(lane === 'later' && { priority: LATER_PRIORITY }) },
});

interface Part {
  shard: number;
  lane: Lane;
  placements: Placement[];
}

/** One part for each shard and lane; all charges of a wallet are in one, so that they keep their order. */
function partsOf(
  { queues, hotWallets }: Pick<Services, 'queues' | 'hotWallets'>,
  placements: readonly Placement[],
): Part[] {
  const hot = new Set<string>();
  for (const { item } of placements) if (hotWallets.count(item.wallet)) hot.add(item.wallet);
  const parts = new Map<string, Part>();
  for (const placement of placements) {
    const { wallet } = placement.item;
    const shard = chargeShard(wallet, queues.chargeShards);
    const lane = hot.has(wallet) ? 'later' : 'first';
    const part = parts.get(`${shard}/${lane}`) ?? { shard, lane, placements: [] };
    part.placements.push(placement);
    parts.set(`${shard}/${lane}`, part);
  }
  return [...parts.values()];
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

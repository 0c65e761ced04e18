import type { ChargeItem } from '@bursar/contracts';
import { readOperations, type Database, type OperationView } from '@bursar/ledger/reads';
import { chargeShard } from '@bursar/queues';
import type { HotWallets } from '../overload/hot-wallets.ts';
import type { Lane, QueueLoad } from '../overload/queue-load.ts';
import type { Problem } from '../problems/problem.ts';
import type { JobQueue } from '../service/services.ts';

export interface ChargePacker {
  /**
   * Looks a charge up and, unless the ledger knows it already, enqueues it with those that arrive at
   * the same time. Resolves once it is durable; `null` then, else the operation that is known, or the
   * refusal of a queue that is too far behind. A charge that is `queued` already is not refused.
   * Rejects when the database or the queue does not answer, or too many charges wait already.
   */
  place: (item: ChargeItem, queued: boolean) => Promise<OperationView | Problem | null>;
}

export class PackerOverloaded extends Error {
  override readonly name = 'PackerOverloaded';
}

/** The next pack gathers until the one under way is durable, but no longer than this. */
const GATHER_MS_MAX = 20;
/** A pack costs the queue, the worker and the database some milliseconds, however little it holds. */
const APART_MS = 12;
const PACK_ITEMS_MAX = 500;
/** Well below what one job may hold, even if a whole pack goes to one shard. */
const PACK_BYTES_MAX = 1024 * 1024;
const WAITING_MAX = 20_000;

/** BullMQ's: jobs with a priority run when no other job of their queue waits. */
export const LATER_PRIORITY = 1;

interface Placement {
  item: ChargeItem;
  queued: boolean;
  bytes: number;
  resolve: (answer: OperationView | Problem | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Packs single charges: one look-up for a pack, one job per shard (a job each would cost the queue
 * three times as much). An idle packer sends after the current tick, so a lone charge never waits;
 * a busy one gathers while a pack is under way and until some time after its start, so packs grow with
 * the load and with the time that the queue and the database take (see the benchmark's README).
 */
export function createChargePacker(
  db: Database,
  queues: JobQueue,
  load: Pick<QueueLoad, 'refusal'>,
  hotWallets: HotWallets,
  onPack: (items: number) => void,
): ChargePacker {
  const waiting: Placement[] = [];
  let underWay = 0;
  let scheduled = false;
  let patience: NodeJS.Timeout | undefined;
  /** These two on the clock of `performance.now()`. */
  let patienceEnds = 0;
  let sentAt = Number.NEGATIVE_INFINITY;

  function place(item: ChargeItem, queued: boolean): ReturnType<ChargePacker['place']> {
    if (waiting.length >= WAITING_MAX) {
      return Promise.reject(new PackerOverloaded('Too many charges wait for the queue.'));
    }
    return new Promise((resolve, reject) => {
      waiting.push({
        item,
        queued,
        bytes: Buffer.byteLength(JSON.stringify(item)),
        resolve,
        reject,
      });
      schedule();
    });
  }

  function schedule(): void {
    const now = performance.now();
    const due = underWay > 0 ? now + GATHER_MS_MAX : sentAt + APART_MS;
    if (waiting.length >= PACK_ITEMS_MAX || due <= now) {
      if (!scheduled) setImmediate(flush);
      scheduled = true;
    } else if (patience === undefined || due < patienceEnds) {
      clearTimeout(patience);
      patience = setTimeout(flush, due - now);
      patienceEnds = due;
    }
  }

  function flush(): void {
    clearTimeout(patience);
    patience = undefined;
    scheduled = false;
    const pack = waiting.splice(0, packLength(waiting));
    if (pack.length === 0) return;
    underWay += 1;
    sentAt = performance.now();
    void sendPack(pack).finally(() => {
      underWay -= 1;
      if (waiting.length > 0) schedule();
    });
    onPack(pack.length);
    if (waiting.length > 0) schedule();
  }

  /** Settles every placement; never rejects itself. */
  async function sendPack(pack: Placement[]): Promise<void> {
    try {
      const known = await readOperations(db, [...new Set(pack.map(({ item }) => item.key))]);
      const fresh = pack.filter(({ item, resolve }) => {
        const operation = known.get(item.key);
        if (operation !== undefined) resolve(operation);
        return operation === undefined;
      });
      await Promise.all(partsOf(fresh, queues.chargeShards, hotWallets).map(sendPart));
    } catch (error) {
      for (const { reject } of pack) reject(error);
    }
  }

  /** One shard's outage must not fail the charges of the others. */
  async function sendPart({ shard, lane, placements }: Part): Promise<void> {
    const taken = placements.filter(({ queued, resolve }) => {
      const refusal = load.refusal(`charges-${shard}`, lane);
      // What is in the queue already needs no second place in it.
      if (refusal !== null) resolve(queued ? null : refusal);
      return refusal === null;
    });
    if (taken.length === 0) return;
    const items = taken.map(({ item }) => item);
    try {
      const priority = lane === 'later' ? { priority: LATER_PRIORITY } : {};
      await queues.enqueue('apply-charges', { items }, { shard, ...priority });
      for (const { resolve } of taken) resolve(null);
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }
  return { place };
}

/** How many of those that wait go into one pack; at least one. */
function packLength(waiting: readonly Placement[]): number {
  let bytes = 0;
  const end = waiting.findIndex((placement, index) => {
    bytes += placement.bytes;
    return index === PACK_ITEMS_MAX || (index > 0 && bytes > PACK_BYTES_MAX);
  });
  return end === -1 ? waiting.length : end;
}

interface Part {
  shard: number;
  lane: Lane;
  placements: Placement[];
}

/**
 * One part for each shard and lane. The charges of a wallet that sends far more than others go to the
 * later lane: whatever waits there, the others' charges overtake it.
 */
function partsOf(placements: readonly Placement[], shards: number, hot: HotWallets): Part[] {
  const parts = new Map<string, Part>();
  for (const placement of placements) {
    const { wallet } = placement.item;
    const shard = chargeShard(wallet, shards);
    const lane = hot.count(wallet) ? 'later' : 'first';
    const part = parts.get(`${shard}/${lane}`) ?? { shard, lane, placements: [] };
    part.placements.push(placement);
    parts.set(`${shard}/${lane}`, part);
  }
  return [...parts.values()];
}

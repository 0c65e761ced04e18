import type { ChargeItem } from '@bursar/contracts';
import { readOperations, type Database, type OperationView } from '@bursar/ledger/reads';
import { chargeShard } from '@bursar/queues';
import type { JobQueue } from '../service/services.ts';

export interface ChargePacker {
  /**
   * Looks a charge up and, unless the ledger knows it already, enqueues it with those that arrive at
   * the same time. Resolves once it is durable; `null` then, else the operation that is known.
   * Rejects when the database or the queue does not answer, or too many charges wait already.
   */
  place: (item: ChargeItem) => Promise<OperationView | null>;
}

export class PackerOverloaded extends Error {
  override readonly name = 'PackerOverloaded';
}

/** The next pack gathers until the one under way is durable, but no longer than this. */
const GATHER_MS_MAX = 20;
const PACK_ITEMS_MAX = 500;
/** Well below what one job may hold, even if a whole pack goes to one shard. */
const PACK_BYTES_MAX = 1024 * 1024;
const WAITING_MAX = 20_000;

interface Placement {
  item: ChargeItem;
  bytes: number;
  resolve: (known: OperationView | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Packs single charges: one look-up for a pack, one job per shard (a job each would cost the queue
 * three times as much). An idle packer sends after the current tick, so a lone charge never waits;
 * a busy one gathers while a pack is under way, so packs grow with the load and with the time that
 * the queue and the database take (measured against a fixed 2 ms: see the benchmark's README).
 */
export function createChargePacker(
  db: Database,
  queues: JobQueue,
  onPack: (items: number) => void,
): ChargePacker {
  const waiting: Placement[] = [];
  let underWay = 0;
  let scheduled = false;
  let patience: NodeJS.Timeout | undefined;

  function place(item: ChargeItem): Promise<OperationView | null> {
    if (waiting.length >= WAITING_MAX) {
      return Promise.reject(new PackerOverloaded('Too many charges wait for the queue.'));
    }
    return new Promise((resolve, reject) => {
      waiting.push({ item, bytes: Buffer.byteLength(JSON.stringify(item)), resolve, reject });
      schedule();
    });
  }

  function schedule(): void {
    if (underWay > 0 && waiting.length < PACK_ITEMS_MAX) {
      patience ??= setTimeout(flush, GATHER_MS_MAX);
    } else if (!scheduled) {
      scheduled = true;
      setImmediate(flush);
    }
  }

  function flush(): void {
    clearTimeout(patience);
    patience = undefined;
    scheduled = false;
    const pack = waiting.splice(0, packLength(waiting));
    if (pack.length === 0) return;
    underWay += 1;
    void sendPack(db, queues, pack).finally(() => {
      underWay -= 1;
      if (waiting.length > 0) schedule();
    });
    onPack(pack.length);
    if (waiting.length > 0) schedule();
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

/** Settles every placement; never rejects itself. */
async function sendPack(db: Database, queues: JobQueue, pack: Placement[]): Promise<void> {
  try {
    const known = await readOperations(db, [...new Set(pack.map(({ item }) => item.key))]);
    const fresh = pack.filter(({ item, resolve }) => {
      const operation = known.get(item.key);
      if (operation !== undefined) resolve(operation);
      return operation === undefined;
    });
    const shards = Map.groupBy(fresh, ({ item }) => chargeShard(item.wallet, queues.chargeShards));
    await Promise.all([...shards].map(([shard, part]) => sendPart(queues, shard, part)));
  } catch (error) {
    for (const { reject } of pack) reject(error);
  }
}

/** One shard's outage must not fail the charges of the others. */
async function sendPart(queues: JobQueue, shard: number, part: Placement[]): Promise<void> {
  try {
    await queues.enqueue('apply-charges', { items: part.map(({ item }) => item) }, { shard });
    for (const { resolve } of part) resolve(null);
  } catch (error) {
    for (const { reject } of part) reject(error);
  }
}

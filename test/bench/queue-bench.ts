import type { ChargeItem } from '@bursar/contracts';
import { connectDatabase } from '@bursar/ledger/administration';
import { applyCharges, inTransaction, isTransientDatabaseError } from '@bursar/ledger/operations';
import { connectQueues, queueSettings, type ItemSettlement, type Queues } from '@bursar/queues';
import { printTable, rate } from './measure.ts';
import { makeCharge, shardOf, SHARDS, verify, type Stage } from './stage.ts';

const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => console.error(message, fields),
};
const DONE: ItemSettlement = { status: 'done' };

type Apply = (items: readonly ChargeItem[]) => Promise<readonly ItemSettlement[]>;

/** From the queue to the ledger, against the rate at which the same queue runs empty jobs. */
export async function benchQueue(
  stage: Stage,
  redisUrl: string | undefined,
  jobs: number,
): Promise<void> {
  await stage.reset();
  const queues = await connectQueues(
    queueSettings({
      redisUrl,
      databaseUrl: stage.url,
      databaseRole: 'bursar_queue',
      chargeShards: SHARDS,
    }),
    quiet,
  );
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: 4 });
  const apply: Apply = async (items) => {
    await inTransaction(db, (tx) => applyCharges(tx, items));
    return items.map(() => DONE);
  };
  const empty = await drain(queues, jobs, 1, async (items) => items.map(() => DONE));
  const single = await drain(queues, jobs, 1, apply);
  await verify(stage.owner, jobs);
  const packs = Math.ceil(jobs / 20);
  const packed = await drain(queues, packs, 100, apply);
  await verify(stage.owner, jobs + packs * 100);
  await db.end();
  await queues.close();
  printTable(
    `End to end on BullMQ's ${queues.backend} backend: ${rate(jobs)} jobs, backlog to drained`,
    ['path', 'per second', 'against empty jobs'],
    [
      ['empty jobs', empty],
      ['a charge a job, applied', single],
      ['100 charges a job, applied', packed],
    ].map(([path, value]) => [
      String(path),
      rate(Number(value)),
      `${(Number(value) / empty).toFixed(2)}x`,
    ]),
  );
}

/** Enqueues everything first, then measures from the worker's start until the last item is settled. */
async function drain(queues: Queues, jobs: number, perJob: number, apply: Apply): Promise<number> {
  for (let at = 0; at < jobs; at += 500) {
    await queues.enqueueMany(
      Array.from({ length: Math.min(500, jobs - at) }, () => {
        const first = makeCharge();
        const shard = shardOf(first);
        return {
          job: 'apply-charges' as const,
          payload: { items: [first, ...ofShard(shard, perJob - 1)] },
          options: { shard },
        };
      }),
    );
  }
  const finished = Promise.withResolvers<void>();
  let left = jobs * perJob;
  const started = performance.now();
  const worker = await queues.startWorker({
    isTransient: isTransientDatabaseError,
    jobs: {
      'apply-charges': async (items) => {
        const settled = await apply(items);
        left -= items.length;
        if (left <= 0) finished.resolve();
        return settled;
      },
    },
  });
  await finished.promise;
  const perSecond = (jobs * perJob) / ((performance.now() - started) / 1_000);
  await worker.close();
  return perSecond;
}

function ofShard(shard: number, count: number): ChargeItem[] {
  const items: ChargeItem[] = [];
  while (items.length < count) {
    const item = makeCharge();
    if (shardOf(item) === shard) items.push(item);
  }
  return items;
}

import type { ChargeItem } from '@bursar/contracts';
import { connectDatabase } from '@bursar/ledger/administration';
import { applyChargesAtOnce, isTransientDatabaseError } from '@bursar/ledger/operations';
import { connectQueues, queueSettings, type ItemSettlement, type Queues } from '@bursar/queues';
import { startChild } from './chain/child.ts';
import type { QueueServer } from './chain/run-chain.ts';
import { cpuMs } from './cpu-time.ts';
import { enqueueCharges } from './enqueue-charges.ts';
import { inTurn, type Rounds } from './in-turn.ts';
import { printTable, rate } from './measure.ts';
import { SHARDS, verify, type Stage } from './stage.ts';

const ROUNDS = 3;
const PACK = 100;
/** Fewer are over before statements are planned and connections warm, which a backlog pays for once. */
const PACKS_MIN = 500;
const EMPTY = 'empty jobs';
const PREFIX = 'bench';

const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => console.error(message, fields),
};
const DONE: ItemSettlement = { status: 'done' };

type Apply = (items: readonly ChargeItem[]) => Promise<readonly ItemSettlement[]>;

interface Drained {
  perSecond: number;
  chargesPerBatch: number;
  /** Microseconds a charge: this process with BullMQ's worker, Redis, PostgreSQL. */
  cpuMicros: readonly [number, number, number];
}

/** From the queue to the ledger, against the rate at which the same queue runs empty jobs. */
export async function benchQueue(stage: Stage, server: QueueServer, jobs: number): Promise<void> {
  await stage.reset();
  const at = { databaseUrl: stage.url, redisUrl: server?.url, prefix: PREFIX };
  const queues = await connectQueues(
    queueSettings({ ...at, databaseRole: 'bursar_queue', chargeShards: SHARDS }),
    quiet,
  );
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: 4 });
  const apply: Apply = async (items) => {
    await applyChargesAtOnce(db, items);
    return items.map(() => DONE);
  };
  const pids = [process.pid, server?.pid, stage.pid] as const;
  const packs = Math.max(Math.ceil(jobs / 20), PACKS_MIN);
  const backlog = async (count: number, perJob: number, how: Apply): Promise<Drained> => {
    await enqueueCharges(queues, count, perJob);
    return drain(queues, count * perJob, how, pids);
  };
  const rounds = await inTurn(ROUNDS, {
    [EMPTY]: () => backlog(jobs, 1, async (items) => items.map(() => DONE)),
    'a charge a job, applied': () => backlog(jobs, 1, apply),
    [`${PACK} charges a job, applied`]: () => backlog(packs, PACK, apply),
    [`${PACK} charges a job, applied while others are enqueued`]: async () => {
      const producer = await startChild('producer', {
        ...at,
        produce: { jobs: packs, perJob: PACK },
      });
      const [drained] = await Promise.all([
        drain(queues, packs * PACK, apply, pids),
        producer.produce(),
      ]);
      await producer.stop();
      return drained;
    },
  });
  await db.end();
  await queues.close();
  await verify(stage.owner, ROUNDS * (jobs + 2 * packs * PACK));
  print(rounds, queues.backend, jobs);
}

/** From the worker's start until the last charge is settled. */
async function drain(
  queues: Queues,
  charges: number,
  apply: Apply,
  pids: readonly [number, number | undefined, number],
): Promise<Drained> {
  const finished = Promise.withResolvers<void>();
  let left = charges;
  let batches = 0;
  const before = pids.map(cpuOf);
  const started = performance.now();
  const worker = await queues.startWorker({
    isTransient: isTransientDatabaseError,
    jobs: {
      'apply-charges': async (items) => {
        const settled = await apply(items);
        batches += 1;
        left -= items.length;
        if (left <= 0) finished.resolve();
        return settled;
      },
    },
  });
  await finished.promise;
  const perSecond = charges / ((performance.now() - started) / 1_000);
  const used = (part: 0 | 1 | 2): number =>
    ((cpuOf(pids[part]) - (before[part] ?? 0)) * 1_000) / charges;
  await worker.close();
  return { perSecond, chargesPerBatch: charges / batches, cpuMicros: [used(0), used(1), used(2)] };
}

const cpuOf = (pid: number | undefined): number => (pid === undefined ? 0 : cpuMs(pid));

const cpuSum = ({ cpuMicros }: Drained): number => cpuMicros.reduce((sum, part) => sum + part);

function print(rounds: Rounds<Drained>, backend: string, jobs: number): void {
  printTable(
    `End to end on BullMQ's ${backend} backend: ${rate(jobs)} jobs to drained, ${ROUNDS} rounds in turn, medians`,
    [
      'path',
      'charges/s',
      'against empty jobs',
      'by CPU time',
      'charges a batch',
      'CPU us a charge: worker, redis, postgres',
    ],
    rounds.paths.map((path) => {
      const figure = (read: (drained: Drained) => number) => rate(rounds.middle(path, read));
      return [
        path,
        figure((drained) => drained.perSecond),
        `${rounds.ratio(path, EMPTY, (drained) => drained.perSecond).toFixed(2)}x`,
        `${(1 / rounds.ratio(path, EMPTY, cpuSum)).toFixed(2)}x`,
        figure((drained) => drained.chargesPerBatch),
        ([0, 1, 2] as const).map((part) => figure((drained) => drained.cpuMicros[part])).join(', '),
      ];
    }),
  );
}

import { backoffMs } from '../backoff.ts';
import type { BullJob, BullWorker, QueueBackend, WorkerHost } from '../backend/queue-backend.ts';
import {
  catalog,
  CHARGES_PER_BATCH_MAX,
  familyOf,
  isJobName,
  jobsOf,
  queueNames,
} from '../catalog.ts';
import type { QueueFamily } from '../catalog.ts';
import { withDeadline } from '../deadline.ts';
import { deadLetterOf, type DeadLetter } from '../dead-letters.ts';
import { QueueUnavailable } from '../queue-errors.ts';
import { errorReporter, type QueueLog } from '../queue-log.ts';
import type { QueueSettings } from '../settings.ts';
import { createChargeBatcher } from './charge-batcher.ts';
import { createHoldLimit } from './hold-limit.ts';
import type { ChargeBatchHandler, JobHandlers } from './job-handlers.ts';
import { runCharges } from './run-charges.ts';
import { runSingle } from './run-single.ts';

export type WorkerOptions = {
  /** A family's queue is worked when all of its jobs have a handler; some only is a mistake. */
  readonly jobs: JobHandlers;
  /** True for outages, which are retried; everything else that handlers throw is a dead letter. */
  readonly isTransient: (error: unknown) => boolean;
  /** Jobs of one queue that run at the same time. */
  readonly concurrency?: Partial<Record<QueueFamily, number>>;
  /** Charge shards to work; default all. */
  readonly shards?: readonly number[];
  readonly onDeadLetter?: (letter: DeadLetter) => void;
  /** A job of a worker that died is given to another after at most this long plus the check below. */
  readonly lockMs?: number;
  readonly lostJobCheckMs?: number;
};

export type RunningWorker = {
  /**
   * Takes no more jobs, waits at most `limitMs` (default 20,000) for those in flight, then closes.
   * False when some were still in flight: other workers take them over once their locks expire.
   */
  close(limitMs?: number): Promise<boolean>;
};

export async function startWorker(
  backend: QueueBackend,
  settings: QueueSettings,
  log: QueueLog,
  options: WorkerOptions,
): Promise<RunningWorker> {
  const queues = queuesToWork(options, settings.chargeShards);
  const host = backend.openWorkerHost(queues.length);
  const stop = new AbortController();
  const openProcessor = createProcessors(options, stop.signal);
  const workers = queues.map((queue) =>
    openWorker(queue, host, settings, log, options, openProcessor),
  );
  const close = (limitMs: number) => closeWorkers(workers, host, stop, log, limitMs);
  try {
    // Also because a worker of the PostgreSQL backend whose first connection fails stays broken.
    await withDeadline(Promise.all(workers.map((worker) => worker.waitUntilReady())), START_MS);
  } catch (error) {
    await close(CONNECTION_CLOSE_MS);
    throw new QueueUnavailable('Starting the worker', error);
  }
  for (const worker of workers) worker.run().catch(errorReporter(log, worker.name));
  return { close: (limitMs = 20_000) => close(limitMs) };
}

function openWorker(
  queue: string,
  host: WorkerHost,
  settings: QueueSettings,
  log: QueueLog,
  options: WorkerOptions,
  openProcessor: OpenProcessor,
): BullWorker {
  const family = familyOf(queue);
  const concurrency =
    options.concurrency?.[family] ?? defaultConcurrency[settings.backend.kind][family];
  const hold = createHoldLimit({ itemsMax: HELD_CHARGES, jobsMax: concurrency }, (jobs) => {
    worker.concurrency = jobs;
  });
  const gathering = {
    onItems: (items: number) => hold.observe(items),
    jobsMax: () => worker.concurrency,
  };
  const worker = host.openWorker(queue, openProcessor(queue, gathering), {
    autorun: false,
    concurrency,
    lockDuration: options.lockMs ?? 15_000,
    stalledInterval: options.lostJobCheckMs ?? 5_000,
    // A job that takes its process down with it must end as a dead letter, but only after enough
    // tries that no job suffers for its neighbours.
    maxStalledCount: 10,
    runRetryDelay: 1_000,
    settings: {
      backoffStrategy: (attemptsMade, _type, _error, job) => {
        const name = job?.name ?? '';
        const row = catalog[isJobName(name) ? name : 'apply-command'];
        return backoffMs(row, attemptsMade, Math.random());
      },
    },
  });
  worker.on('error', errorReporter(log, queue));
  worker.on('stalled', (jobId) => log.warn({ queue, jobId }, 'A lost job was taken back'));
  worker.on('failed', (job, error) => reportFailure(job, error, log, options));
  return worker;
}

type OpenProcessor = (
  queue: string,
  gathering: { onItems: (items: number) => void; jobsMax: () => number },
) => (job: BullJob) => Promise<void>;

/** One batcher for all shards of this process, so that small batches of several can go together. */
function createProcessors(options: WorkerOptions, signal: AbortSignal): OpenProcessor {
  const handler = options.jobs['apply-charges'];
  const openLane =
    handler &&
    createChargeBatcher((items: Parameters<ChargeBatchHandler>[0]) => handler(items, { signal }), {
      isTransient: options.isTransient,
      itemsMax: CHARGES_PER_BATCH_MAX,
    });
  return (queue, { onItems, jobsMax }) => {
    if (familyOf(queue) !== 'charges' || openLane === undefined) {
      return (job) => runSingle(job, options.jobs, options.isTransient, signal);
    }
    const settle = openLane(jobsMax);
    return (job) => runCharges(job, settle, onItems);
  };
}

function reportFailure(
  job: BullJob | undefined,
  error: Error,
  log: QueueLog,
  options: WorkerOptions,
): void {
  if (!job) return;
  const letter = deadLetterOf(job);
  const fields = {
    queue: letter.queue,
    job: letter.job,
    jobId: letter.jobId,
    reason: error.message,
  };
  // Only a job that will not be tried again carries the time at which it finished.
  if (job.finishedOn === undefined) {
    log.info({ ...fields, attempts: letter.attempts }, 'A job failed and will be tried again');
    return;
  }
  log.error({ ...fields, attempts: letter.attempts }, 'A job became a dead letter');
  options.onDeadLetter?.(letter);
}

async function closeWorkers(
  workers: readonly BullWorker[],
  host: WorkerHost,
  stop: AbortController,
  log: QueueLog,
  limitMs: number,
): Promise<boolean> {
  let drained = true;
  try {
    await withDeadline(Promise.all(workers.map((worker) => worker.close())), limitMs);
  } catch (error) {
    drained = false;
    stop.abort(error);
    log.warn(
      { limitMs },
      'Jobs were still in flight at closing; other workers will take them over',
    );
  }
  try {
    await withDeadline(host.close(), CONNECTION_CLOSE_MS);
  } catch (error) {
    log.warn({ reason: String(error) }, 'The worker connections did not close in time');
  }
  return drained;
}

function queuesToWork(options: WorkerOptions, chargeShards: number): readonly string[] {
  return queueNames(chargeShards).filter((queue) => {
    const family = familyOf(queue);
    const missing = jobsOf(family).filter((job) => options.jobs[job] === undefined);
    if (missing.length === jobsOf(family).length) return false;
    if (missing.length > 0) {
      throw new Error(
        `The "${family}" queue also carries ${missing.join(', ')}: handle these too.`,
      );
    }
    return family !== 'charges' || (options.shards?.includes(shardOf(queue)) ?? true);
  });
}

function shardOf(queue: string): number {
  return Number(queue.slice('charges-'.length));
}

/**
 * Charges: at least two full batches of single-charge jobs, or gathering falls into lock-step
 * (measured, 500 against 1,000). PostgreSQL gains nothing beyond some fifty.
 */
const defaultConcurrency: Record<QueueSettings['backend']['kind'], Record<QueueFamily, number>> = {
  redis: { charges: 1_000, ledger: 16, payments: 8, notices: 8, schedules: 4 },
  postgres: { charges: 64, ledger: 8, payments: 8, notices: 8, schedules: 4 },
};

/** One batch in flight, one to follow, and one being fetched. */
const HELD_CHARGES = 3 * CHARGES_PER_BATCH_MAX;

const START_MS = 10_000;
const CONNECTION_CLOSE_MS = 2_000;

import { jobPayloads, type JobName, type JobPayload } from '@bursar/contracts';
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import type { BullQueue } from './backend/queue-backend.ts';
import type { PayloadSizes } from './backlog/payload-sizes.ts';
import { catalog, type CatalogRow } from './catalog.ts';
import { withDeadline } from './deadline.ts';
import { JobRefused, QueueUnavailable } from './queue-errors.ts';

export type EnqueueOptions = {
  /**
   * A second job under an id that still waits, runs, or is kept is dropped in favour of the first.
   * An economy only: a finished job's id may be used again. No ':' and not digits alone.
   */
  readonly jobId?: string;
  readonly delayMs?: number;
  /** 1 (first) to 2,097,151; without one a job goes before all that have one. */
  readonly priority?: number;
  /** Which charge shard; required for `apply-charges`, see `chargeShard`. */
  readonly shard?: number;
};

export type NewJob<Name extends JobName = JobName> = {
  readonly [N in Name]: {
    readonly job: N;
    readonly payload: JobPayload<N>;
    readonly options?: EnqueueOptions;
  };
}[Name];

export type Enqueue = {
  /**
   * Resolves once the job is durable (Redis has answered after its fsync, PostgreSQL has
   * committed). Throws JobRefused for a job that breaks its catalog row, QueueUnavailable after at
   * most two seconds when the backend does not confirm; the job may then exist all the same.
   */
  enqueue<Name extends JobName>(
    job: Name,
    payload: JobPayload<Name>,
    options?: EnqueueOptions,
  ): Promise<void>;
  /** As `enqueue`, for up to 1,000 jobs in one round trip a queue; not atomic across queues. */
  enqueueMany(jobs: readonly NewJob[]): Promise<void>;
};

/** `queueNamed` throws for a queue that does not exist. */
export function createEnqueue(
  queueNamed: (name: string) => BullQueue,
  sizes: PayloadSizes,
): Enqueue {
  return {
    async enqueue(job, payload, options = {}) {
      const ready = prepare(job, payload, options);
      const queue = queueNamed(ready.queue);
      sizes.note(ready.queue, ready.bytes);
      await confirmed(job, queue.add(job, ready.data, ready.bullOptions));
    },
    async enqueueMany(jobs) {
      if (jobs.length > JOBS_AT_ONCE_MAX) {
        throw new JobRefused(
          `Enqueue at most ${JOBS_AT_ONCE_MAX} jobs at once, not ${jobs.length}.`,
        );
      }
      const prepared = jobs.map(({ job, payload, options }) =>
        prepare(job, payload, options ?? {}),
      );
      for (const { queue, bytes } of prepared) sizes.note(queue, bytes);
      const byQueue = Map.groupBy(prepared, ({ queue }) => queue);
      const adding = [...byQueue].map(([name, group]) =>
        queueNamed(name).addBulk(
          group.map(({ job, data, bullOptions }) => ({ name: job, data, opts: bullOptions })),
        ),
      );
      await confirmed('a group of jobs', Promise.all(adding));
    },
  };
}

type PreparedJob = {
  readonly queue: string;
  readonly job: JobName;
  readonly data: unknown;
  readonly bytes: number;
  readonly bullOptions: JobsOptions;
};

function prepare(job: JobName, payload: unknown, options: EnqueueOptions): PreparedJob {
  const row = catalog[job];
  const parsed = jobPayloads[job].safeParse(payload);
  if (!parsed.success) {
    throw new JobRefused(`The payload of "${job}" does not fit: ${z.prettifyError(parsed.error)}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > row.payloadBytesMax) {
    throw new JobRefused(
      `The payload of "${job}" has ${bytes} bytes, at most ${row.payloadBytesMax} fit: split it.`,
    );
  }
  return {
    queue: queueFor(job, row, options.shard),
    job,
    data: parsed.data,
    bytes,
    bullOptions: { ...bullJobOptions(row), ...scheduling(options) },
  };
}

/** What BullMQ stores with every job of this row. */
export function bullJobOptions(row: CatalogRow): JobsOptions {
  const { completedKept, deadLettersKept } = row;
  return {
    attempts: row.attemptsMax,
    backoff: { type: 'capped' },
    removeOnComplete: completedKept === 'none' || {
      age: completedKept.ageSeconds,
      count: completedKept.count,
    },
    // 0 as a count would keep none but still write the failed set; `true` removes at once.
    ...(deadLettersKept === 'all'
      ? {}
      : { removeOnFail: deadLettersKept === 0 || { count: deadLettersKept } }),
    stackTraceLimit: 1,
  };
}

function scheduling({ jobId, delayMs, priority }: EnqueueOptions): JobsOptions {
  if (jobId !== undefined && !/^(?!\d+$)[^:]{1,200}$/.test(jobId)) {
    throw new JobRefused(
      `The job id "${jobId}" must be 1 to 200 long, without ":", not digits alone.`,
    );
  }
  if (delayMs !== undefined && !(Number.isInteger(delayMs) && delayMs >= 0)) {
    throw new JobRefused(`The delay ${delayMs} must be a whole number of milliseconds.`);
  }
  return {
    ...(jobId === undefined ? {} : { jobId }),
    ...(delayMs === undefined ? {} : { delay: delayMs }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function queueFor(job: JobName, row: CatalogRow, shard: number | undefined): string {
  if (row.family !== 'charges') return row.family;
  if (shard === undefined) throw new JobRefused(`"${job}" needs a shard: ask chargeShard(wallet).`);
  return `charges-${shard}`;
}

async function confirmed(what: string, adding: Promise<unknown>): Promise<void> {
  try {
    await withDeadline(adding, CONFIRM_LIMIT_MS);
  } catch (error) {
    throw new QueueUnavailable(`Enqueueing ${what}`, error);
  }
}

const CONFIRM_LIMIT_MS = 2_000;
const JOBS_AT_ONCE_MAX = 1_000;

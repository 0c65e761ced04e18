import type { BullJob, BullQueue } from './backend/queue-backend.ts';

export const JOB_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job as it stands in its queue. Times are Dates in UTC. */
export type QueuedJob = {
  readonly jobId: string;
  readonly job: string;
  /** Attempts that began. */
  readonly attempts: number;
  /** Why the last attempt failed; null when none has. */
  readonly reason: string | null;
  readonly enqueuedAt: Date;
  /** When it is due, of a delayed one. */
  readonly dueAt: Date | null;
  /** May name wallets and people. */
  readonly payload: unknown;
};

export type QueueJobs = {
  /** The first jobs of a queue in this state; undefined when there is no such queue. `limit` at most 200. */
  listJobs(filter: {
    queue: string;
    state: JobState;
    limit: number;
  }): Promise<readonly QueuedJob[] | undefined>;
};

/** `bounded` sets the deadline of an administrative call and names what failed. */
export function createQueueJobs(
  queues: ReadonlyMap<string, BullQueue>,
  bounded: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): QueueJobs {
  return {
    listJobs: ({ queue: name, state, limit }) =>
      bounded(`Listing jobs of ${name}`, async () => {
        const queue = queues.get(name);
        if (queue === undefined) return undefined;
        const count = Math.min(Math.max(limit, 1), LISTED_MAX);
        const lists = await Promise.all(
          BULL_STATES[state].map((one) => queue.getJobs([one], 0, count - 1, state === 'waiting')),
        );
        return lists.flat().slice(0, count).map(queuedJobOf);
      }),
  };
}

function queuedJobOf(job: BullJob): QueuedJob {
  const due = job.delay > 0 ? new Date(job.timestamp + job.delay) : null;
  return {
    jobId: job.id ?? '',
    job: job.name,
    attempts: job.attemptsStarted,
    reason: job.failedReason ?? null,
    enqueuedAt: new Date(job.timestamp),
    dueAt: due,
    payload: job.data,
  };
}

const BULL_STATES = {
  waiting: ['waiting', 'prioritized'],
  active: ['active'],
  delayed: ['delayed'],
  failed: ['failed'],
} as const;

const LISTED_MAX = 200;

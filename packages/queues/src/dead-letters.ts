import type { BullJob, BullQueue } from './backend/queue-backend.ts';

/** A job that will not be tried again by itself. Times are Dates in UTC. */
export type DeadLetter = {
  readonly jobId: string;
  readonly queue: string;
  readonly job: string;
  readonly reason: string;
  readonly attempts: number;
  readonly enqueuedAt: Date;
  readonly failedAt: Date | null;
};

export type InspectedDeadLetter = DeadLetter & {
  readonly payload: unknown;
  readonly stack: string | null;
};

export type DeadLetters = {
  /** Newest first, of one queue or of all; `limit` at most 1,000. */
  listDeadLetters(filter: { queue?: string; limit: number }): Promise<readonly DeadLetter[]>;
  /** Undefined when no dead letter has this id. The payload may name wallets and people. */
  inspect(jobId: string): Promise<InspectedDeadLetter | undefined>;
  /** Puts it back to work with fresh attempts. */
  replay(jobId: string): Promise<'replayed' | 'not_found'>;
  /** Deletes it for good, and with it the command it carries. */
  discard(jobId: string): Promise<'discarded' | 'not_found'>;
};

/** `bounded` sets the deadline of an administrative call and names what failed. */
export function createDeadLetters(
  queues: ReadonlyMap<string, BullQueue>,
  bounded: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): DeadLetters {
  const find = async (jobId: string): Promise<BullJob | undefined> => {
    const found = await Promise.all([...queues.values()].map((queue) => queue.getJob(jobId)));
    for (const job of found) {
      if (job && (await job.isFailed())) return job;
    }
    return undefined;
  };
  return {
    listDeadLetters: ({ queue, limit }) =>
      bounded('Listing dead letters', async () => {
        const asked = [...queues.values()].filter(
          ({ name }) => queue === undefined || name === queue,
        );
        const count = Math.min(Math.max(limit, 1), LISTED_MAX);
        const lists = await Promise.all(asked.map((one) => one.getJobs(['failed'], 0, count - 1)));
        return lists
          .flat()
          .map(deadLetterOf)
          .toSorted((a, b) => Number(b.failedAt) - Number(a.failedAt))
          .slice(0, count);
      }),
    inspect: (jobId) =>
      bounded(`Inspecting ${jobId}`, async () => {
        const job = await find(jobId);
        if (!job) return undefined;
        return { ...deadLetterOf(job), payload: job.data, stack: job.stacktrace?.[0] ?? null };
      }),
    replay: (jobId) =>
      bounded(`Replaying ${jobId}`, async () => {
        const job = await find(jobId);
        if (!job) return 'not_found';
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
        return 'replayed';
      }),
    discard: (jobId) =>
      bounded(`Discarding ${jobId}`, async () => {
        const job = await find(jobId);
        if (!job) return 'not_found';
        await job.remove();
        return 'discarded';
      }),
  };
}

export function deadLetterOf(job: BullJob): DeadLetter {
  return {
    jobId: job.id ?? '',
    queue: job.queueName,
    job: job.name,
    reason: job.failedReason ?? '',
    attempts: job.attemptsMade,
    enqueuedAt: new Date(job.timestamp),
    failedAt: job.finishedOn === undefined ? null : new Date(job.finishedOn),
  };
}

const LISTED_MAX = 1_000;

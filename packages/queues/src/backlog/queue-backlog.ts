import type { QueueBackend } from '../backend/queue-backend.ts';
import type { PayloadSizes } from './payload-sizes.ts';

/** Jobs of one queue that are ready, by the lane they wait in. */
export type LaneBacklog = {
  readonly jobs: number;
  /** Milliseconds since the oldest of them were enqueued; 0 when none waits. */
  readonly ageMs: number;
};

/** What one queue still has to do. */
export type QueueBacklog = {
  /** Jobs without a priority: what is worked first. */
  readonly first: LaneBacklog;
  /** Jobs with a priority: worked when no other waits. */
  readonly later: LaneBacklog;
  /** Jobs that wait for their next attempt. */
  readonly delayed: number;
  /** All of them, by the mean size of what this process enqueued lately: an estimate. */
  readonly bytes: number;
};

/** What the backend counts; times are milliseconds since 1970, of up to three heads, oldest place first. */
export type CountedBacklog = {
  readonly first: { readonly jobs: number; readonly headTimes: readonly number[] };
  readonly later: { readonly jobs: number; readonly headTimes: readonly number[] };
  readonly delayed: number;
};

export type QueueBacklogs = {
  /** By queue name; a few small commands per queue, however deep it is. */
  backlogs(): Promise<Readonly<Record<string, QueueBacklog>>>;
};

/** `bounded` sets the deadline of the call and names what failed. */
export function createQueueBacklogs(
  names: readonly string[],
  backend: Pick<QueueBackend, 'readBacklogs'>,
  sizes: PayloadSizes,
  bounded: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): QueueBacklogs {
  return {
    backlogs: () =>
      bounded('Measuring backlogs', async () => {
        const counted = await backend.readBacklogs(names);
        const nowMs = Date.now();
        return Object.fromEntries(
          counted.map((one, at) => {
            const name = names[at] ?? '';
            return [name, backlogOf(one, sizes.mean(name), nowMs)];
          }),
        );
      }),
  };
}

function backlogOf(counted: CountedBacklog, meanBytes: number, nowMs: number): QueueBacklog {
  const { first, later, delayed } = counted;
  return {
    first: { jobs: first.jobs, ageMs: ageOf(first.headTimes, nowMs) },
    later: { jobs: later.jobs, ageMs: ageOf(later.headTimes, nowMs) },
    delayed,
    bytes: Math.round((first.jobs + later.jobs + delayed) * meanBytes),
  };
}

/**
 * The age of the youngest of the heads: a job that comes back from a retry keeps the time of its
 * first enqueueing, and one such must not make a queue that flows look as if it stood for hours.
 */
const ageOf = (headTimes: readonly number[], nowMs: number): number =>
  headTimes.length === 0 ? 0 : Math.max(0, nowMs - Math.max(...headTimes));

import type { BullQueue } from './backend/queue-backend.ts';

export type QueueCounts = {
  /** Ready to run, whether with a priority or without. */
  readonly waiting: number;
  readonly active: number;
  /** Planned for later, retries included. */
  readonly delayed: number;
  /** Dead letters. */
  readonly failed: number;
  readonly completed: number;
  readonly paused: boolean;
};

export type QueueMeasures = {
  /** By queue name. */
  counts(): Promise<Readonly<Record<string, QueueCounts>>>;
  /** Milliseconds since the oldest ready job was enqueued, by queue name; 0 when none waits. */
  oldestWaitingAgeMs(): Promise<Readonly<Record<string, number>>>;
  /** Workers finish what they have and take nothing more from this queue until it is resumed. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
};

/** `bounded` sets the deadline of an administrative call and names what failed. */
export function createQueueMeasures(
  queues: ReadonlyMap<string, BullQueue>,
  queueNamed: (name: string) => BullQueue,
  bounded: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): QueueMeasures {
  const perQueue = async <T>(measure: (queue: BullQueue) => Promise<T>) =>
    Object.fromEntries(
      await Promise.all(
        [...queues].map(async ([name, queue]) => [name, await measure(queue)] as const),
      ),
    );
  return {
    counts: () => bounded('Counting jobs', () => perQueue(countsOf)),
    oldestWaitingAgeMs: () => bounded('Measuring ages', () => perQueue(oldestAgeMs)),
    pause: (name) => bounded(`Pausing ${name}`, () => queueNamed(name).pause()),
    resume: (name) => bounded(`Resuming ${name}`, () => queueNamed(name).resume()),
  };
}

async function countsOf(queue: BullQueue): Promise<QueueCounts> {
  const counts = await queue.getJobCounts(...STATES);
  const of = (state: string): number => counts[state] ?? 0;
  return {
    waiting: of('waiting') + of('paused') + of('prioritized'),
    active: of('active'),
    delayed: of('delayed'),
    failed: of('failed'),
    completed: of('completed'),
    paused: await queue.isPaused(),
  };
}

/** Jobs with a priority are not in order of age, so only the next of them is looked at. */
async function oldestAgeMs(queue: BullQueue): Promise<number> {
  const heads = await queue.getJobs(['waiting', 'prioritized'], 0, 0, true);
  const ages = heads.map((job) => Date.now() - job.timestamp);
  return Math.max(0, ...ages);
}

/** On PostgreSQL what waits in a paused queue is counted as `paused`, on Redis as `waiting`. */
const STATES = ['waiting', 'paused', 'prioritized', 'active', 'delayed', 'failed', 'completed'];

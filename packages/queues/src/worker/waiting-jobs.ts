import type { ItemSettlement } from './settle-items.ts';

/** Settles a job's items together with those of other jobs; `attempt` counts from 1. */
export type SettleWithOthers<Item> = (
  items: readonly Item[],
  attempt: number,
) => Promise<readonly ItemSettlement[]>;

type Job<Item> = {
  readonly items: readonly Item[];
  readonly attempt: number;
  readonly settled: (settlements: readonly ItemSettlement[]) => void;
};

/** Some jobs' items, and how to give each job the settlements of its own. */
type Batch<Item> = {
  readonly items: readonly Item[];
  /** One job that has failed often. */
  readonly alone: boolean;
  readonly handBack: (settlements: readonly ItemSettlement[]) => void;
};

export type WaitingJobs<Item> = ReturnType<typeof createWaitingJobs<Item>>;

/** The jobs of one shard that wait for a flight, in the order they came. */
export function createWaitingJobs<Item>() {
  const queue: Job<Item>[] = [];
  let itemsWaiting = 0;
  return {
    add: (job: Job<Item>): void => {
      queue.push(job);
      itemsWaiting += job.items.length;
    },
    jobs: (): number => queue.length,
    items: (): number => itemsWaiting,
    /** True when none has failed so often that it must fly alone. */
    allYoung: (): boolean => queue.every(({ attempt }) => attempt <= ATTEMPTS_TOGETHER),
    /** Whole jobs up to the limit. A job that keeps failing goes alone, so that it delays no other. */
    take: (itemsMax: number): Batch<Item> => {
      const jobs = queue.splice(0, batchLength(queue, itemsMax));
      const items = jobs.flatMap((job) => job.items);
      itemsWaiting -= items.length;
      return {
        items,
        alone: jobs.length === 1 && (jobs[0]?.attempt ?? 1) > ATTEMPTS_TOGETHER,
        handBack: (settlements) => handBack(jobs, settlements),
      };
    },
  };
}

function batchLength(queue: readonly Job<unknown>[], itemsMax: number): number {
  let count = 0;
  for (const [at, { items, attempt }] of queue.entries()) {
    const old = attempt > ATTEMPTS_TOGETHER;
    if (at > 0 && (old || count + items.length > itemsMax)) return at;
    if (old) return 1;
    count += items.length;
  }
  return queue.length;
}

function handBack(jobs: readonly Job<unknown>[], settlements: readonly ItemSettlement[]): void {
  let start = 0;
  for (const { items, settled } of jobs) {
    settled(settlements.slice(start, (start += items.length)));
  }
}

const ATTEMPTS_TOGETHER = 5;

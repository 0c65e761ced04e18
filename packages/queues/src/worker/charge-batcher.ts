import { setTimeout as delay } from 'node:timers/promises';
import { settleItems, type ApplyItems, type ItemSettlement } from './settle-items.ts';

export type BatcherRules = {
  readonly isTransient: (error: unknown) => boolean;
  readonly itemsMax: number;
  /** How many jobs can wait here at all; when so many do, no other can come. */
  readonly jobsMax: () => number;
};

/** Settles a job's items together with those of other jobs; `attempt` counts from 1. */
export type SettleWithOthers<Item> = (
  items: readonly Item[],
  attempt: number,
) => Promise<readonly ItemSettlement[]>;

type Waiting<Item> = {
  readonly items: readonly Item[];
  readonly attempt: number;
  readonly settled: (settlements: readonly ItemSettlement[]) => void;
};

/**
 * Gathers the items of the jobs that one shard's worker runs at the same time. At most one batch is
 * in flight; whatever arrives meanwhile goes with the next one. After a flight the next rests as
 * long as that one took, so that a transaction's fixed cost is paid for several small jobs together;
 * it rests no longer once a batch is full or nobody else can come. An idle batcher flushes at once.
 */
export function createChargeBatcher<Item>(
  apply: ApplyItems<Item>,
  rules: BatcherRules,
): SettleWithOthers<Item> {
  const queue: Waiting<Item>[] = [];
  let itemsWaiting = 0;
  let flying = false;
  let wake: (() => void) | null = null;

  const isFull = () => itemsWaiting >= rules.itemsMax || queue.length >= rules.jobsMax();

  const rest = async (ms: number): Promise<void> => {
    if (isFull()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = null;
  };

  const fly = async (): Promise<void> => {
    let outagesInARow = 0;
    while (queue.length > 0) {
      const batch = takeBatch(queue, rules.itemsMax);
      const startedMs = performance.now();
      const items = batch.flatMap((waiting) => waiting.items);
      itemsWaiting -= items.length;
      const settlements = await settleItems(items, apply, {
        isTransient: rules.isTransient,
        halveOnOutage: isAlone(batch),
      });
      handBack(batch, settlements);
      const tookMs = performance.now() - startedMs;
      outagesInARow = settlements.some(({ status }) => status === 'retry') ? outagesInARow + 1 : 0;
      if (outagesInARow > 0) await delay(brakeMs(outagesInARow));
      else await rest(Math.min(tookMs, REST_MS_MAX));
    }
    flying = false;
  };

  return (items, attempt) =>
    new Promise((settled) => {
      queue.push({ items, attempt, settled });
      itemsWaiting += items.length;
      if (isFull()) wake?.();
      if (flying) return;
      flying = true;
      // One turn of the loop lets the jobs that came with the same network read join.
      setImmediate(() => void fly());
    });
}

/** Whole jobs up to the limit. A job that keeps failing flies alone, so that it delays no other. */
function takeBatch<Item>(queue: Waiting<Item>[], itemsMax: number): readonly Waiting<Item>[] {
  const batch: Waiting<Item>[] = [];
  let count = 0;
  for (const waiting of queue) {
    const fits = count + waiting.items.length <= itemsMax;
    if (batch.length > 0 && (!fits || waiting.attempt > ATTEMPTS_TOGETHER)) break;
    batch.push(waiting);
    count += waiting.items.length;
    if (waiting.attempt > ATTEMPTS_TOGETHER) break;
  }
  queue.splice(0, batch.length);
  return batch;
}

function isAlone(batch: readonly Waiting<unknown>[]): boolean {
  return batch.length === 1 && (batch[0]?.attempt ?? 1) > ATTEMPTS_TOGETHER;
}

function handBack(
  batch: readonly Waiting<unknown>[],
  settlements: readonly ItemSettlement[],
): void {
  let start = 0;
  for (const { items, settled } of batch) {
    settled(settlements.slice(start, start + items.length));
    start += items.length;
  }
}

/** During an outage every flight sends its jobs round the queue; slower flights, less churn. */
function brakeMs(outagesInARow: number): number {
  return Math.min(25 * 2 ** outagesInARow, 2_000);
}

const ATTEMPTS_TOGETHER = 5;
const REST_MS_MAX = 10;

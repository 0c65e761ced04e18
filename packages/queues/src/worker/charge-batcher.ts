import { settleItems, type ApplyItems } from './settle-items.ts';
import { createWaitingJobs, type SettleWithOthers, type WaitingJobs } from './waiting-jobs.ts';

export type BatcherRules = {
  readonly isTransient: (error: unknown) => boolean;
  readonly itemsMax: number;
};

/** How many jobs of a lane can wait here at all; when so many do, no other can come. */
type JobsMax = () => number;

type Lane<Item> = {
  readonly waiting: WaitingJobs<Item>;
  readonly jobsMax: JobsMax;
  inFlight: boolean;
  /** On the clock of `performance.now()`. */
  restsUntil: number;
  outagesInARow: number;
};

/**
 * Gathers the items of the jobs that one process runs at the same time; each shard of charges is a lane
 * of its own, opened by calling what this returns.
 *
 * At most one batch of a lane is in flight; whatever arrives meanwhile goes with the next one. After a
 * flight its lanes rest as long as that one took, so that a transaction's fixed cost is paid for several
 * small jobs together; a lane rests no longer once a batch is full or nobody else can come. An idle lane
 * flies at once. Lanes of which little waits fly together, for two small transactions cost nearly twice as
 * much as one; lanes with much to do fly side by side.
 */
export function createChargeBatcher<Item>(
  apply: ApplyItems<Item>,
  rules: BatcherRules,
): (jobsMax: JobsMax) => SettleWithOthers<Item> {
  const lanes: Lane<Item>[] = [];
  let alarm: NodeJS.Timeout | undefined;
  let scheduled = false;

  const isFull = ({ waiting, jobsMax }: Lane<Item>): boolean =>
    waiting.items() >= rules.itemsMax || waiting.jobs() >= jobsMax();

  function dispatch(): void {
    scheduled = false;
    clearTimeout(alarm);
    const now = performance.now();
    const grounded = lanes.filter(({ waiting, inFlight }) => !inFlight && waiting.jobs() > 0);
    const resting = grounded.filter((lane) => lane.restsUntil > now && !mayCutShort(lane));
    if (resting.length < grounded.length && mayFlyTogether(grounded)) {
      void fly(grounded);
      return;
    }
    for (const lane of grounded) if (!resting.includes(lane)) void fly([lane]);
    if (resting.length > 0) {
      const earliest = Math.min(...resting.map(({ restsUntil }) => restsUntil));
      alarm = setTimeout(dispatch, earliest - now);
    }
  }

  const mayCutShort = (lane: Lane<Item>): boolean => lane.outagesInARow === 0 && isFull(lane);

  /** Never rejects: `settleItems` makes a settlement of every failure. */
  async function fly(crew: readonly Lane<Item>[]): Promise<void> {
    const batches = crew.map(({ waiting }) => waiting.take(rules.itemsMax));
    for (const lane of crew) lane.inFlight = true;
    const startedMs = performance.now();
    const settlements = await settleItems(
      batches.flatMap(({ items }) => items),
      apply,
      { isTransient: rules.isTransient, halveOnOutage: batches.every(({ alone }) => alone) },
    );
    let start = 0;
    for (const { items, handBack } of batches) {
      handBack(settlements.slice(start, (start += items.length)));
    }
    const landedMs = performance.now();
    const outage = settlements.some(({ status }) => status === 'retry');
    for (const lane of crew) {
      lane.inFlight = false;
      lane.outagesInARow = outage ? lane.outagesInARow + 1 : 0;
      lane.restsUntil = landedMs + restMs(landedMs - startedMs, lane.outagesInARow);
    }
    dispatch();
  }

  /** One turn of the loop lets the jobs that came with the same network read join. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(dispatch);
  }

  return (jobsMax) => {
    const waiting = createWaitingJobs<Item>();
    const lane = { waiting, jobsMax, inFlight: false, restsUntil: 0, outagesInARow: 0 };
    lanes.push(lane);
    return (items, attempt) =>
      new Promise((settled) => {
        waiting.add({ items, attempt, settled });
        if (!lane.inFlight) schedule();
      });
  };
}

/** A lane with a job that keeps failing, or one that meets outages, draws no other in. */
function mayFlyTogether<Item>(lanes: readonly Lane<Item>[]): boolean {
  const items = lanes.reduce((sum, { waiting }) => sum + waiting.items(), 0);
  return (
    lanes.length > 1 &&
    items <= TOGETHER_ITEMS_MAX &&
    lanes.every(({ waiting, outagesInARow }) => waiting.allYoung() && outagesInARow === 0)
  );
}

/** During an outage every flight sends its jobs round the queue; slower flights, less churn. */
function restMs(tookMs: number, outagesInARow: number): number {
  if (outagesInARow > 0) return Math.min(25 * 2 ** outagesInARow, 2_000);
  return Math.min(tookMs, REST_MS_MAX);
}

const REST_MS_MAX = 10;
/** Beyond it a transaction's fixed cost is a small part, and two processors are faster than one. */
const TOGETHER_ITEMS_MAX = 100;

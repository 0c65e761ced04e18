import type { QueueBacklog } from '@bursar/queues';
import type { Logger } from 'pino';
import { problem, type Problem } from '../problems/problem.ts';
import type { Metrics } from '../service/metrics.ts';
import type { JobQueue } from '../service/services.ts';
import { CALM, nextLoad, secondsUntilOpen, type LaneLimits, type LaneLoad } from './lane-load.ts';
import { retryAfter } from './retry-after.ts';

/** Charges of wallets that send far more than others wait in a lane that is worked later. */
export type Lane = 'first' | 'later';

export interface QueueLoadLimits {
  /** Age of the oldest waiting job. */
  ageMs: number;
  /** What may wait in one queue. */
  bytes: number;
}

export interface QueueLoad {
  /** The refusal of a new command for this queue; `null` when it takes one. */
  refusal: (queue: string, lane?: Lane) => Problem | null;
  /** Samples from now on. */
  start: () => void;
  stop: () => void;
}

const SAMPLE_MS = 500;
/** The later lane closes first, so that what fills a queue does not close it to everybody. */
const LATER_BYTES = 1 / 2;

/** Watches the queues that commands wait in, and closes a lane that is too far behind. */
export function createQueueLoad(
  queues: Pick<JobQueue, 'backlogs'>,
  limits: QueueLoadLimits,
  metrics: Metrics,
  log: Logger,
): QueueLoad {
  const loads = new Map<string, LaneLoad>();
  const limitsOf: Record<Lane, LaneLimits> = {
    first: limits,
    later: { ...limits, bytes: limits.bytes * LATER_BYTES },
  };
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function sample(): Promise<void> {
    try {
      for (const [queue, backlog] of Object.entries(await queues.backlogs())) note(queue, backlog);
    } catch (error) {
      // What cannot be measured may still take jobs; if it does not, enqueueing says so at once.
      loads.clear();
      log.debug({ err: error }, 'Backlogs could not be measured');
    }
    if (!stopped) timer = setTimeout(() => void sample(), SAMPLE_MS);
  }

  function note(queue: string, backlog: QueueBacklog): void {
    metrics.backlogBytes.set({ queue }, backlog.bytes);
    for (const lane of ['first', 'later'] as const) {
      const name = laneName(queue, lane);
      const before = loads.get(name) ?? CALM;
      const sampled = { ...backlog[lane], bytes: backlog.bytes };
      const after = nextLoad(before, sampled, limitsOf[lane], performance.now());
      loads.set(name, after);
      metrics.backlogJobs.set({ queue, lane }, after.jobs);
      metrics.backlogAge.set({ queue, lane }, after.ageMs / 1_000);
      metrics.shedding.set({ queue, lane }, after.shedding ? 1 : 0);
      if (after.shedding !== before.shedding) {
        log.warn(
          { queue, lane, jobs: after.jobs, ageMs: after.ageMs, bytes: backlog.bytes },
          after.shedding
            ? 'The queue is too far behind: shedding'
            : 'The queue takes commands again',
        );
      }
    }
  }

  return {
    refusal(queue, lane = 'first') {
      const load = loads.get(laneName(queue, lane));
      if (load?.shedding !== true) return null;
      metrics.shed.inc({ queue, lane });
      return refusalOf(load, lane);
    },
    start() {
      void sample();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

const laneName = (queue: string, lane: Lane): string => `${queue}/${lane}`;

function refusalOf(load: LaneLoad, lane: Lane): Problem {
  const wait = retryAfter(secondsUntilOpen(load));
  const whose = lane === 'later' ? 'This wallet sends more than' : 'More commands wait here than';
  return problem(
    'unavailable',
    `${whose} can be applied in time. This request was not accepted and moved no credits; its Idempotency-Key is still free. Send it again under the same key in ${wait} s. Had it been accepted earlier, it stays accepted, and repeating it will find it.`,
    { protective: true, headers: { 'Retry-After': wait } },
  );
}

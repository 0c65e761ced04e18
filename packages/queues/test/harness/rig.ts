import {
  connectQueues,
  type QueueSettings,
  type Queues,
  type WorkerOptions,
} from '../../src/index.ts';
import { recordingLog } from './recording-log.ts';
import type { Backing } from './backing.ts';

/** What handlers throw for an outage. */
export class Outage extends Error {}

export type Rig = {
  readonly settings: QueueSettings;
  readonly queues: Queues;
  readonly log: ReturnType<typeof recordingLog>;
  /** Quick locks, and `Outage` as the only transient error. */
  readonly work: (jobs: WorkerOptions['jobs'], options?: Partial<WorkerOptions>) => Promise<void>;
};

/** Runs `body` against queues of its own and closes everything afterwards, also when it fails. */
export async function withRig(backing: Backing, body: (rig: Rig) => Promise<void>): Promise<void> {
  const settings = await backing.freshSettings();
  const log = recordingLog();
  const queues = await connectQueues(settings, log);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    await body({
      settings,
      queues,
      log,
      async work(jobs, options) {
        const worker = await queues.startWorker({
          jobs,
          isTransient: (error) => error instanceof Outage,
          lockMs: 2_000,
          lostJobCheckMs: 500,
          ...options,
        });
        closing.push(() => worker.close(2_000));
      },
    });
  } finally {
    await Promise.all(closing.map((close) => close()));
    await queues.close();
  }
}

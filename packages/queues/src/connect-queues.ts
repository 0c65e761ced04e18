import { openPostgresBackend } from './backend/postgres-backend.ts';
import type { BullQueue, QueueBackend } from './backend/queue-backend.ts';
import { openRedisBackend, type RedisBackend } from './backend/redis-backend.ts';
import { durabilityFaults } from './backend/redis-durability.ts';
import { createPayloadSizes } from './backlog/payload-sizes.ts';
import { createQueueBacklogs, type QueueBacklogs } from './backlog/queue-backlog.ts';
import { queueNames } from './catalog.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { withDeadline } from './deadline.ts';
import { createEnqueue, type Enqueue } from './enqueue.ts';
import {
  QueuesNotMigrated,
  QueueUnavailable,
  UnsafeRedis,
  unsafeRedisText,
} from './queue-errors.ts';
import { errorReporter, type QueueLog } from './queue-log.ts';
import { createQueueJobs, type QueueJobs } from './queue-jobs.ts';
import { createQueueMeasures, type QueueMeasures } from './queue-measures.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import type { QueueSettings } from './settings.ts';
import { startWorker, type RunningWorker, type WorkerOptions } from './worker/start-worker.ts';

/** All queues of an installation, connected. Every call fails rather than hangs. */
export type Queues = Enqueue &
  DeadLetters &
  QueueMeasures &
  QueueJobs &
  QueueBacklogs &
  Schedules & {
    readonly chargeShards: number;
    readonly backend: 'redis' | 'postgres';
    /**
     * The client of the queues' own Redis, for counters that all processes share; it fails fast. Keys
     * of others start with `keyPrefix`. Null when the queues are on PostgreSQL.
     */
    readonly sharedRedis: { readonly client: object; readonly keyPrefix: string } | null;
    /** Rejects with QueueUnavailable unless the backend answers within a second. For readiness. */
    ping(): Promise<void>;
    /** Connections of its own; close it before these queues. */
    startWorker(options: WorkerOptions): Promise<RunningWorker>;
    close(): Promise<void>;
  };

/**
 * Connects, checks that Redis keeps what it accepts, and opens every queue. Throws QueueUnavailable
 * when the backend is not ready within `connectLimitMs` (default 10,000), UnsafeRedis as it says.
 * Afterwards outages heal by themselves.
 */
export async function connectQueues(
  settings: QueueSettings,
  log: QueueLog,
  connectLimitMs = 10_000,
): Promise<Queues> {
  const backend = openBackend(settings, log);
  const queues = new Map<string, BullQueue>();
  try {
    await connected(backend.ready(), connectLimitMs);
    if (backend.masters) await refuseUnsafeRedis(backend.masters(), settings, log);
    for (const name of queueNames(settings.chargeShards)) {
      const queue = backend.openQueue(name);
      queue.on('error', errorReporter(log, name));
      queues.set(name, queue);
    }
    const opening = Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()));
    await connected(opening, connectLimitMs);
  } catch (error) {
    await closeAll(queues, backend, log);
    throw error;
  }
  return assemble(backend, queues, settings, log);
}

type OpenBackend = QueueBackend & { readonly masters?: RedisBackend['masters'] };

function openBackend(settings: QueueSettings, log: QueueLog): OpenBackend {
  const { backend, prefix } = settings;
  return backend.kind === 'redis'
    ? openRedisBackend(backend, prefix, log)
    : openPostgresBackend(backend, log);
}

async function refuseUnsafeRedis(
  masters: ReturnType<RedisBackend['masters']>,
  settings: QueueSettings,
  log: QueueLog,
): Promise<void> {
  const faults = (await Promise.all(masters.map(durabilityFaults))).flat();
  if (faults.length === 0) return;
  if (!settings.allowUnsafeRedis) throw new UnsafeRedis(faults);
  log.warn({ faults }, unsafeRedisText(faults));
}

function assemble(
  backend: QueueBackend,
  queues: ReadonlyMap<string, BullQueue>,
  settings: QueueSettings,
  log: QueueLog,
): Queues {
  const queueNamed = (name: string): BullQueue => {
    const queue = queues.get(name);
    if (queue) return queue;
    throw new Error(`There is no queue "${name}"; there are ${[...queues.keys()].join(', ')}.`);
  };
  const sizes = createPayloadSizes();
  const { redis } = backend;
  return {
    ...createEnqueue(queueNamed, sizes),
    ...createDeadLetters(queues, bounded),
    ...createQueueJobs(queues, bounded),
    ...createQueueMeasures(queues, queueNamed, bounded),
    ...createQueueBacklogs([...queues.keys()], backend, sizes, bounded),
    ...createSchedules(queueNamed('schedules'), bounded),
    chargeShards: settings.chargeShards,
    backend: settings.backend.kind,
    sharedRedis: redis === undefined ? null : { client: redis, keyPrefix: settings.prefix },
    ping: () => connected(backend.ping(), PING_LIMIT_MS),
    startWorker: (options) => startWorker(backend, settings, log, options),
    close: () => closeAll(queues, backend, log),
  };
}

async function bounded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(work(), ADMINISTRATION_LIMIT_MS);
  } catch (error) {
    throw new QueueUnavailable(what, error);
  }
}

async function connected(work: Promise<unknown>, limitMs: number): Promise<void> {
  try {
    await withDeadline(work, limitMs);
  } catch (error) {
    if (error instanceof QueuesNotMigrated) throw error;
    throw new QueueUnavailable('Connecting to the queues', error);
  }
}

async function closeAll(
  queues: ReadonlyMap<string, BullQueue>,
  backend: QueueBackend,
  log: QueueLog,
): Promise<void> {
  const closing = Promise.all([...queues.values()].map((queue) => queue.close()));
  try {
    await withDeadline(closing, CLOSE_LIMIT_MS);
    await withDeadline(backend.close(), CLOSE_LIMIT_MS);
  } catch (error) {
    log.warn({ reason: String(error) }, 'The queue connections did not close cleanly');
  }
}

const PING_LIMIT_MS = 1_000;
const ADMINISTRATION_LIMIT_MS = 5_000;
const CLOSE_LIMIT_MS = 2_000;

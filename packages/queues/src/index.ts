export type { LaneBacklog, QueueBacklog } from './backlog/queue-backlog.ts';
export { migrateQueues } from './backend/migrate-queues.ts';
export { catalog, CHARGES_PER_BATCH_MAX, queueNames } from './catalog.ts';
export type { CatalogRow, QueueFamily } from './catalog.ts';
export { chargeShard } from './charge-shard.ts';
export { connectQueues } from './connect-queues.ts';
export type { Queues } from './connect-queues.ts';
export { readKeptCharge, standingReplays } from './kept-charge.ts';
export type { DeadLetter, InspectedDeadLetter } from './dead-letters.ts';
export type { EnqueueOptions, NewJob } from './enqueue.ts';
export { JobRefused, QueuesNotMigrated, QueueUnavailable, UnsafeRedis } from './queue-errors.ts';
export type { QueueLog } from './queue-log.ts';
export { JOB_STATES, type QueuedJob } from './queue-jobs.ts';
export type { QueueCounts } from './queue-measures.ts';
export type { Timetable } from './schedules.ts';
export { queueSettings } from './settings.ts';
export type { QueueEnvironment, QueueSettings } from './settings.ts';
export type {
  ChargeBatchHandler,
  JobContext,
  JobHandlers,
  SingleHandler,
} from './worker/job-handlers.ts';
export type { ItemSettlement } from './worker/settle-items.ts';
export type { RunningWorker, WorkerOptions } from './worker/start-worker.ts';

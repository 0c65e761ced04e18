import type { Job, Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { CountedBacklog } from '../backlog/queue-backlog.ts';
import type { RedisClient } from './redis-client.ts';

/** Where the queues live, as the rest of this package sees it. */
export type QueueBackend = {
  /** Resolves once the backend takes jobs, rejects when it never will. Callers set the deadline. */
  ready(): Promise<void>;
  /** A queue over the shared producer connection; it fails fast while the backend is away. */
  openQueue(name: string): BullQueue;
  /** Connections for `queueCount` workers; they wait patiently while the backend is away. */
  openWorkerHost(queueCount: number): WorkerHost;
  /** In the order of the names; cheap however deep they are. Callers set the deadline. */
  readBacklogs(queues: readonly string[]): Promise<readonly CountedBacklog[]>;
  /** The producers' client, for counters that all processes share; undefined without Redis. */
  readonly redis?: RedisClient;
  /** Rejects unless the backend answers. Not bounded in time: callers set the deadline. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export type WorkerHost = {
  openWorker(name: string, process: BullProcessor, options: BullWorkerOptions): BullWorker;
  /** After the workers have closed, or instead of that when they do not. */
  close(): Promise<void>;
};

export type BullQueue = Pick<
  Queue,
  | 'name'
  | 'add'
  | 'addBulk'
  | 'getJob'
  | 'getJobs'
  | 'pause'
  | 'resume'
  | 'isPaused'
  | 'upsertJobScheduler'
  | 'removeJobScheduler'
  | 'getJobSchedulers'
  | 'close'
> & {
  /** Wider than BullMQ's own type, which leaves out the state `paused`. */
  getJobCounts(...states: string[]): Promise<Record<string, number>>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

export type BullWorker = Pick<Worker, 'name' | 'run' | 'close' | 'disconnect' | 'concurrency'> & {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
  on(event: 'failed', listener: (job: BullJob | undefined, error: Error) => void): unknown;
};

export type BullJob = Job<unknown, void>;
export type BullProcessor = Processor<unknown, void>;
export type BullWorkerOptions = Omit<WorkerOptions, 'connection' | 'prefix'>;

import { createRedisBackend, Queue, type ConnectionOptions, type RedisQueueBackend } from 'bullmq';
import { Cluster, type Redis } from 'ioredis';
import { PatientWorker } from './patient-worker.ts';
import { readRedisBacklog } from './redis-backlog.ts';
import type { QueueBackend, WorkerHost } from './queue-backend.ts';
import { closeRedisClient, openRedisClient, redisReady } from './redis-client.ts';
import { errorReporter, type QueueLog } from '../queue-log.ts';
import type { RedisSettings } from '../settings.ts';

/** Every master of the connected Redis, for checks that each of them must pass. */
export type RedisBackend = QueueBackend & { masters(): readonly Redis[] };

/** Starts connecting; `ready` resolves once commands are taken. */
export function openRedisBackend(
  settings: RedisSettings,
  prefix: string,
  log: QueueLog,
): RedisBackend {
  const client = openRedisClient(settings, 'producer');
  client.on('error', errorReporter(log, 'redis-producer'));
  return {
    ready: () => redisReady(client),
    openQueue: (name) => new Queue(name, { connection: client, prefix: keyPrefix(prefix, name) }),
    openWorkerHost: () => openWorkerHost(settings, prefix, log),
    readBacklogs: (names) =>
      Promise.all(
        names.map((name) => readRedisBacklog(client, `${keyPrefix(prefix, name)}:${name}`)),
      ),
    redis: client,
    ping: async () => void (await client.ping()),
    masters: () => (client instanceof Cluster ? client.nodes('master') : [client]),
    close: () => closeRedisClient(client),
  };
}

/** One command connection for all workers; each worker adds its own blocking one. */
function openWorkerHost(settings: RedisSettings, prefix: string, log: QueueLog): WorkerHost {
  const client = openRedisClient(settings, 'worker');
  client.on('error', errorReporter(log, 'redis-worker'));
  return {
    openWorker: (name, process, options) =>
      new PatientWorker<RedisQueueBackend, ConnectionOptions>(
        name,
        process,
        { ...options, connection: client, prefix: keyPrefix(prefix, name) },
        createRedisBackend,
      ),
    close: () => closeRedisClient(client),
  };
}

/**
 * Braces make a hash tag: all keys of one queue fall into one slot of a cluster, as its scripts
 * need, while different queues, and so different charge shards, may sit on different nodes.
 */
function keyPrefix(prefix: string, queue: string): string {
  return `{${prefix}:${queue}}`;
}

import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import type { RedisSettings } from '../settings.ts';

export type RedisClient = Redis | Cluster;

/**
 * A producer answers somebody who waits, so its commands fail at once while Redis is away; a worker
 * has nobody waiting, so its commands queue until Redis is back. Both reconnect for ever.
 */
export function openRedisClient(
  settings: RedisSettings,
  purpose: 'producer' | 'worker',
): RedisClient {
  const patience =
    purpose === 'producer'
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 0, socketTimeout: SILENCE_MAX_MS }
      : { enableOfflineQueue: true, maxRetriesPerRequest: null };
  const access = {
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.tls ? { tls: {} } : {}),
    connectTimeout: 5_000,
    keepAlive: 10_000,
  };
  if (settings.cluster) {
    const { enableOfflineQueue, ...nodePatience } = patience;
    return new Cluster([...settings.nodes], {
      redisOptions: { ...access, ...nodePatience },
      enableOfflineQueue,
      clusterRetryStrategy: reconnectDelayMs,
    });
  }
  const [node] = settings.nodes;
  return new Redis({
    ...access,
    ...patience,
    ...node,
    db: settings.database,
    retryStrategy: reconnectDelayMs,
  });
}

/** Resolves once the client takes commands; never rejects, so callers set a deadline. */
export async function redisReady(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return;
  // `once` would reject on the first refused connection, although the client goes on trying.
  await new Promise<void>((resolve) => void client.once('ready', () => resolve()));
}

/** Ends the connection and waits until it has ended, if there is one. */
export async function closeRedisClient(client: RedisClient): Promise<void> {
  if (client.status !== 'ready') {
    // Between two attempts there is no connection whose end would be reported.
    client.disconnect(false);
    return;
  }
  const ended = once(client, 'end');
  client.disconnect(false);
  await ended;
}

function reconnectDelayMs(attempt: number): number {
  return Math.min(attempt * 50, 1_000);
}

/** A server that takes commands and answers none (stopped, or behind a dead link) is given up. */
const SILENCE_MAX_MS = 3_000;

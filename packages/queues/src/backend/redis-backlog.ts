import type { RedisClient } from './redis-client.ts';
import type { CountedBacklog } from '../backlog/queue-backlog.ts';

/**
 * Counts what waits in one queue, and reads when the next jobs to run were enqueued. BullMQ's own way
 * to the oldest job carries its whole payload, which may be megabytes, several times a second.
 * `base` starts every key of the queue.
 */
export async function readRedisBacklog(client: RedisClient, base: string): Promise<CountedBacklog> {
  // Apart, not as one pipeline: a cluster client sends each by itself to the queue's own node anyway,
  // and what is sent in one turn of the loop travels together.
  const [waiting, prioritized, delayed, firstHeads, laterHeads] = await Promise.all([
    client.llen(`${base}:wait`),
    client.zcard(`${base}:prioritized`),
    client.zcard(`${base}:delayed`),
    client.lrange(`${base}:wait`, -HEADS, -1),
    client.zrange(`${base}:prioritized`, '0', String(HEADS - 1)),
  ]);
  const timesOf = async (ids: readonly string[]): Promise<number[]> => {
    const texts = await Promise.all(ids.map((id) => client.hget(`${base}:${id}`, 'timestamp')));
    // A job may have been taken and removed since its id was read.
    return texts.flatMap((text) => (text === null ? [] : [Number(text)]));
  };
  return {
    first: { jobs: waiting, headTimes: await timesOf(firstHeads) },
    later: { jobs: prioritized, headTimes: await timesOf(laterHeads) },
    delayed,
  };
}

const HEADS = 3;

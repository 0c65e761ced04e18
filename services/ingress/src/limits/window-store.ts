import { addRatePoints, type Database } from '@bursar/ledger/reads';
import type { Queues } from '@bursar/queues';
import { RateLimiterRedis } from 'rate-limiter-flexible';

/** Windows that all replicas fill together. */
export interface WindowStore {
  /**
   * Adds points to a window that lasts so many seconds from its first points, however full it is,
   * and answers what it holds now and for how long. Rejects when the store does not answer.
   */
  add: (
    name: string,
    points: number,
    seconds: number,
  ) => Promise<{ points: number; leftMs: number }>;
}

/** In the Redis of the queues where there is one, else in an unlogged table of the ledger's database. */
export function windowStore(db: Database, redis: Queues['sharedRedis']): WindowStore {
  return redis === null ? databaseWindows(db) : redisWindows(redis);
}

function redisWindows({ client, keyPrefix }: NonNullable<Queues['sharedRedis']>): WindowStore {
  const limiter = new RateLimiterRedis({
    storeClient: client,
    keyPrefix: `${keyPrefix}:rate`,
    // Windows differ by key; each call brings its own length, and the verdict is not the limiter's.
    points: 1,
    duration: 1,
    rejectIfRedisNotReady: true,
  });
  return {
    async add(name, points, seconds) {
      // A penalty adds up without a verdict.
      const window = await limiter.penalty(name, points, { customDuration: seconds });
      return { points: window.consumedPoints, leftMs: window.msBeforeNext };
    },
  };
}

const databaseWindows = (db: Database): WindowStore => ({
  add: (name, points, seconds) => addRatePoints(db, { name, points, seconds }),
});

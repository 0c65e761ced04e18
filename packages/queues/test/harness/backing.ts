import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrateQueues, queueSettings, type QueueSettings } from '../../src/index.ts';
import { createPostgres } from './local-postgres.ts';
import { createRedis } from './local-redis.ts';

/** A real backend for one test file, in which every test gets queues of its own. */
export type Backing = {
  /** Empty queues that no other test sees. */
  freshSettings(): Promise<QueueSettings>;
  /** As the outage tests need it: at once, and back on the same address with what was durable. */
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
};

export async function startRedisBacking(): Promise<Backing & { readonly url: string }> {
  const redis = await createRedis();
  await redis.start();
  return {
    url: redis.url,
    freshSettings: async () =>
      queueSettings({
        redisUrl: redis.url,
        databaseUrl: '',
        prefix: `t-${randomUUID().slice(0, 8)}`,
      }),
    stop: () => redis.stop(),
    start: () => redis.start(),
    remove: () => redis.remove(),
  };
}

export async function startPostgresBacking(): Promise<Backing & { readonly url: string }> {
  const postgres = await createPostgres();
  await postgres.start();
  await migrateQueues(postgres.url);
  let databases = 0;
  return {
    url: postgres.url,
    async freshSettings() {
      databases += 1;
      const name = `test_${databases}`;
      await runSql(
        postgres.url.replace(/postgres$/, 'template1'),
        `create database ${name} template postgres`,
      );
      return queueSettings({ databaseUrl: postgres.url.replace(/postgres$/, name) });
    },
    stop: () => postgres.stop(),
    start: () => postgres.start(),
    remove: () => postgres.remove(),
  };
}

export async function runSql(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

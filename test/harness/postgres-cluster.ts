import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { describeRedis, findRedisSource, type RedisSource } from './redis-source.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's cluster listens, and the name of its migrated template database. */
    postgres: { url: string; template: string };
    /** Where suites that also run on Redis get theirs. */
    redis: RedisSource;
  }
}

/**
 * Provides the backing services of the whole run and says once which they are. PostgreSQL: the server named by `TEST_DATABASE_URL` when set (its login
 * needs to be a superuser), else a throw-away cluster without durability.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const template = `bursar_template_${process.pid}`;
  const redis = await findRedisSource();
  project.provide('redis', redis);
  const source = given === undefined ? 'embedded, without durability' : 'TEST_DATABASE_URL';
  process.stdout.write(`Backing services: PostgreSQL ${source}; Redis: ${describeRedis(redis)}\n`);
  if (given !== undefined) {
    project.provide('postgres', { url: given, template });
    return () => dropTemplate(given, template);
  }
  // Loaded late: a run against a server of its own does not need the binaries.
  const { startEmbeddedPostgres } = await import('@bursar/embedded/postgres');
  const dataDir = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const cluster = await startEmbeddedPostgres({ dataDir, durable: false });
  project.provide('postgres', { url: cluster.url, template });
  return async () => {
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** A server that outlives the run must not keep the run's template. */
async function dropTemplate(url: string, template: string): Promise<void> {
  const db = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const rows = await db`select 1 from pg_database where datname = ${template}`;
    if (rows.length === 0) return;
    await db.unsafe(`alter database ${template} is_template false`);
    await db.unsafe(`drop database ${template} with (force)`);
  } finally {
    await db.end({ timeout: 5 });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate, type Database } from '@bursar/ledger/administration';
import { migrateQueues } from '@bursar/queues';
import type { Boot } from '../boot.ts';
import { CannotStart } from '../cannot-start.ts';
import { patiently } from '../terminal/terminal.ts';
import { databaseFault } from './database-fault.ts';
import { runEmbeddedPostgres } from './run-embedded-postgres.ts';

const VERSION_MIN = 150_000;
const DATABASE = 'bursar';
const STOP_MS = 5_000;

/** The database that is configured, or our own; migrated either way. Answers with its URL. */
export async function bootDatabase(boot: Boot): Promise<string> {
  const { DATABASE_URL } = boot.settings;
  const url = DATABASE_URL ?? (await bootEmbeddedDatabase(boot));
  const migrating = bringUpToDate(url, boot);
  boot.running({ name: 'migration', stop: () => patienceWith(migrating) });
  await patiently('Migrating the database…', migrating).catch((error: unknown) => {
    throw DATABASE_URL === undefined ? error : databaseFault(url, error);
  });
  return url;
}

async function bringUpToDate(url: string, { say }: Boot): Promise<void> {
  await withOwner(url, async (db) => {
    const [row] = await db<{ version: number }[]>`
      select current_setting('server_version_num')::int as version`;
    if ((row?.version ?? 0) < VERSION_MIN) {
      throw new CannotStart(
        'The server of DATABASE_URL is older than PostgreSQL 15; upgrade it, or unset DATABASE_URL to use the embedded one.',
      );
    }
    const report = await migrate(db);
    if (report.applied.length > 0) say(`Migrated the database (${report.applied.length} steps).`);
  });
  await migrateQueues(url, 'bursar_queue');
}

/** A database that is stopped in the middle of a migration would break it off with an ugly error. */
async function patienceWith(migrating: Promise<void>): Promise<void> {
  const limit = new AbortController();
  const tooLong = sleep(STOP_MS, undefined, { signal: limit.signal });
  await Promise.allSettled([Promise.race([migrating, tooLong])]);
  limit.abort();
  await Promise.allSettled([tooLong]);
}

async function bootEmbeddedDatabase(boot: Boot): Promise<string> {
  const serverUrl = await patiently('Starting PostgreSQL…', runEmbeddedPostgres(boot));
  await withOwner(serverUrl, async (db) => {
    const found = await db`select from pg_database where datname = ${DATABASE}`;
    if (found.length === 0) await db.unsafe(`create database ${DATABASE}`);
  });
  const url = new URL(serverUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function withOwner(url: string, work: (db: Database) => Promise<void>): Promise<void> {
  const db = connectDatabase({ url, role: 'owner', max: 1, name: 'bursar-start' });
  try {
    await work(db);
  } finally {
    await db.end({ timeout: 5 });
  }
}

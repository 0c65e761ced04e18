import { randomBytes } from 'node:crypto';
import { connectDatabase, migrate, type Database } from '@bursar/ledger/administration';
import { inject } from 'vitest';

export type TestRole = 'bursar_ingress' | 'bursar_worker' | 'bursar_auditor' | 'owner';

export interface TestDatabase {
  /** Connection string of the login role, which owns the schema. */
  url: string;
  /** A pool of the owner, for fixtures and for looking behind the curtain. */
  db: Database;
  /** A pool with the rights of one of our roles; closed by `drop`. */
  connect(role: TestRole, settings?: { defaultOverdraftLimit?: bigint }): Database;
  /** Closes every pool made here and removes the database. */
  drop(): Promise<void>;
}

/** Arbitrary; serialises the making of the template between test processes. */
const TEMPLATE_LOCK = 5_118_220_407n;

/**
 * Makes an empty, migrated database for one test file by copying the run's template (about 30 ms).
 * Call it in `beforeAll` and `drop` it in `afterAll`. Tests that take their server down bring a
 * `cluster` of their own.
 */
export async function createTestDatabase(
  cluster: { url: string; template: string } = inject('postgres'),
): Promise<TestDatabase> {
  const name = `bursar_test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(cluster.url, async (admin) => {
    await ensureTemplate(admin, cluster);
    await admin.unsafe(`create database ${name} template ${cluster.template}`);
  });
  const url = withDatabase(cluster.url, name);
  const pools: Database[] = [];
  const connect: TestDatabase['connect'] = (role, settings) => {
    // Fixtures may be large and the machine busy; what is tested keeps its own limits.
    const patience = role === 'owner' ? { statementTimeoutMs: 120_000 } : {};
    const pool = connectDatabase({
      url,
      role,
      max: 4,
      name: 'bursar-test',
      ...patience,
      ...settings,
    });
    pools.push(pool);
    return pool;
  };
  return {
    url,
    db: connect('owner'),
    connect,
    async drop() {
      await Promise.all(pools.map((pool) => pool.end({ timeout: 5 })));
      await asAdministrator(cluster.url, (admin) =>
        admin.unsafe(`drop database if exists ${name} with (force)`),
      );
    },
  };
}

/** The first caller of a run migrates the template; a half-made one is made anew. */
async function ensureTemplate(
  admin: Database,
  cluster: { url: string; template: string },
): Promise<void> {
  // On a busy machine a migration takes longer than a statement may wait for a lock.
  await admin`set lock_timeout = 0`;
  await admin`select pg_advisory_lock(${TEMPLATE_LOCK})`;
  try {
    const ready = await admin`
      select 1 from pg_database where datname = ${cluster.template} and datistemplate`;
    if (ready.length > 0) return;
    await admin.unsafe(`drop database if exists ${cluster.template} with (force)`);
    await admin.unsafe(`create database ${cluster.template}`);
    await asAdministrator(withDatabase(cluster.url, cluster.template), (template) =>
      migrate(template),
    );
    await admin.unsafe(`alter database ${cluster.template} is_template true`);
  } finally {
    await admin`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
  }
}

/** One connection, because an advisory lock belongs to the connection that took it. */
async function asAdministrator(
  url: string,
  work: (db: Database) => Promise<unknown>,
): Promise<void> {
  const db = connectDatabase({
    url,
    role: 'owner',
    max: 1,
    statementTimeoutMs: 60_000,
    name: 'bursar-test-admin',
  });
  try {
    await work(db);
  } finally {
    await db.end({ timeout: 5 });
  }
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

import type { Database } from '@bursar/ledger/administration';
import { until } from './until.ts';

/** A lock that a test holds, so that others stop at a chosen step. */
export interface HeldLock {
  release(): Promise<void>;
}

/** Takes what `statement` locks, in a transaction of its own that stays open until the release. */
export async function holdLock(db: Database, statement: string): Promise<HeldLock> {
  const connection = await db.reserve();
  await connection.unsafe(
    'begin; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0',
  );
  await connection.unsafe(statement);
  return {
    async release() {
      await connection.unsafe('rollback');
      connection.release();
    },
  };
}

/**
 * Resolves when a connection with this application name waits for a lock. A worker also works by the
 * clock, so where others may wait for the same lock, name a part of the `statement` that is meant.
 */
export async function untilBlocked(
  db: Database,
  application: string,
  statement = '',
): Promise<void> {
  await until(`${application} waits for a lock ${statement}`.trimEnd(), async () => {
    const rows = await db`
      select 1 from pg_stat_activity
      where datname = current_database() and application_name = ${application}
        and wait_event_type = 'Lock' and strpos(query, ${statement}) > 0`;
    return rows.length > 0;
  });
}

import type { Database } from './connect.ts';

/**
 * Runs `work` while nobody else holds the lock of this number in this database, in any process;
 * `null` when somebody does. The lock ends with its connection, so a worker that dies leaves nothing
 * behind.
 */
export async function whileAlone<Result>(
  db: Database,
  lock: bigint,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const held = await db.reserve();
  try {
    const [row] = await held<[{ locked: boolean }]>`
      select pg_try_advisory_lock(${lock}) as locked`;
    if (!row.locked) return null;
    try {
      return await work();
    } finally {
      await held`select pg_advisory_unlock(${lock})`;
    }
  } finally {
    held.release();
  }
}

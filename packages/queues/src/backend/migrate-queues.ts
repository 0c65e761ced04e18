import { runMigrations } from 'bullmq';
import { checkedRole } from './database-role.ts';
import { openPool } from './postgres-pool.ts';

/**
 * Creates or updates the queue tables (schema `bullmq`) and lets `role` use them. Repeating it is
 * harmless; concurrent runs wait for each other. The login must own the schema or may create it.
 */
export async function migrateQueues(databaseUrl: string, role?: string): Promise<void> {
  const pool = openPool(
    { kind: 'postgres', url: databaseUrl },
    {
      connectionsMax: 1,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 120_000,
      applicationName: 'bursar-queue-migration',
    },
  );
  // A server that stops right afterwards ends idle connections; that is nobody's failure.
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client, 'bullmq');
      if (role !== undefined) await client.query(grantsFor(checkedRole(role)));
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

function grantsFor(role: string): string {
  return `
    -- BullMQ makes a sequence for a queue when its first job without an id of ours arrives.
    grant usage, create on schema bullmq to ${role};
    grant select, insert, update, delete on all tables in schema bullmq to ${role};
    grant usage, select, update on all sequences in schema bullmq to ${role};
    grant execute on all functions in schema bullmq to ${role};
  `;
}

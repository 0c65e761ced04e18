import assert from 'node:assert/strict';
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  isPgPool,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  withBackend,
  type PgPool,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
} from 'bullmq';
import type { Pool } from 'pg';
import { PatientWorker } from './patient-worker.ts';
import { readPostgresBacklogs } from './postgres-backlog.ts';
import { openPool } from './postgres-pool.ts';
import type { QueueBackend, WorkerHost } from './queue-backend.ts';
import { QueuesNotMigrated } from '../queue-errors.ts';
import { errorReporter, type QueueLog } from '../queue-log.ts';
import type { PostgresSettings } from '../settings.ts';

const { Queue } = withBackend(createPostgresBackend);

/** Producers share one small pool; the schema must have been migrated. */
export function openPostgresBackend(settings: PostgresSettings, log: QueueLog): QueueBackend {
  const pool = openPool(settings, {
    connectionsMax: 4,
    connectTimeoutMs: 1_500,
    statementTimeoutMs: 5_000,
    applicationName: 'bursar-queue-producer',
  });
  pool.on('error', errorReporter(log, 'postgres-producer'));
  return {
    ready: () => requireSchema(pool),
    openQueue: (name) => new Queue(name, { connection: asBullPool(pool) }),
    openWorkerHost: (queueCount) => openWorkerHost(settings, queueCount, log),
    readBacklogs: (names) => readPostgresBacklogs(pool, names),
    ping: async () => void (await pool.query('select 1')),
    close: () => pool.end(),
  };
}

async function requireSchema(pool: Pool): Promise<void> {
  try {
    await assertSchemaCompatibility(pool, 'bullmq');
  } catch (error) {
    const unfit =
      error instanceof SchemaMigrationRequiredError || error instanceof SchemaVersionMismatchError;
    throw unfit ? new QueuesNotMigrated(error) : error;
  }
}

/**
 * One pool for all workers: a LISTEN connection per queue stays checked out for good, and the rest
 * fetch and settle jobs; measured, more than eight of those add nothing on two cores.
 */
function openWorkerHost(settings: PostgresSettings, queueCount: number, log: QueueLog): WorkerHost {
  const pool = openPool(settings, {
    connectionsMax: queueCount + 8,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 30_000,
    applicationName: 'bursar-queue-worker',
  });
  pool.on('error', errorReporter(log, 'postgres-worker'));
  return {
    openWorker: (name, process, options) =>
      new PatientWorker<PostgresQueueBackend, PostgresConnectionOptions>(
        name,
        process,
        { ...options, connection: asBullPool(pool) },
        createPostgresBackend,
      ),
    close: () => pool.end(),
  };
}

/** BullMQ describes the driver with types of its own, which the driver's only nearly match. */
function asBullPool(pool: Pool): PgPool {
  const driver: unknown = pool;
  assert(isPgPool(driver));
  return driver;
}

import assert from 'node:assert/strict';
import { createPostgresBackend, isPgPool, withBackend, type PgPool } from 'bullmq';
import type { Pool } from 'pg';
import { openPool } from './postgres-pool.ts';
import type { QueueBackend, WorkerHost } from './queue-backend.ts';
import { errorReporter, type QueueLog } from '../queue-log.ts';
import type { PostgresSettings } from '../settings.ts';

const { Queue, Worker } = withBackend(createPostgresBackend);

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
    // Each queue checks the schema itself; this says first whether the server is there at all.
    ready: async () => void (await pool.query('select 1')),
    openQueue: (name) => new Queue(name, { connection: asBullPool(pool) }),
    openWorkerHost: (queueCount) => openWorkerHost(settings, queueCount, log),
    ping: async () => void (await pool.query('select 1')),
    close: () => pool.end(),
  };
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
      new Worker(name, process, { ...options, connection: asBullPool(pool) }),
    close: () => pool.end(),
  };
}

/** BullMQ describes the driver with types of its own, which the driver's only nearly match. */
function asBullPool(pool: Pool): PgPool {
  const driver: unknown = pool;
  assert(isPgPool(driver));
  return driver;
}

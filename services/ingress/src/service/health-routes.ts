import { checkSchema, pingDatabase, type Database } from '@bursar/ledger/reads';
import { createHealth, type Health } from '@bursar/service-host';
import { Router } from 'express';
import { nameRoute } from '../http/observe.ts';
import type { JobQueue } from './services.ts';

/** Comparing the schema reads every function file, so a verdict serves for a while. */
const SCHEMA_CHECK_MS = 10_000;

/** Ready means: a command sent here now would be accepted and could be read back. */
export function ingressHealth(db: Database, queues: JobQueue): Health {
  let schema: Promise<void> | null = null;
  let schemaUntil = 0;
  return createHealth([
    { name: 'database', check: () => pingDatabase(db) },
    { name: 'queue', check: () => queues.ping() },
    {
      name: 'schema',
      check: () => {
        if (schema === null || performance.now() > schemaUntil) {
          schema = checkSchema(db);
          schemaUntil = performance.now() + SCHEMA_CHECK_MS;
        }
        return schema;
      },
    },
  ]);
}

export function healthRoutes(health: Health): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    nameRoute(response, '/livez');
    response.json({ live: true });
  });
  router.get('/readyz', async (_request, response) => {
    nameRoute(response, '/readyz');
    const report = await health.report();
    response.status(report.ready ? 200 : 503).json(report);
  });
  return router;
}

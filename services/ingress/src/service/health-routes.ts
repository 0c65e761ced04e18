import { checkSchema, pingDatabase, type Database } from '@bursar/ledger/reads';
import { createHealth, type Health } from '@bursar/service-host';
import { Router } from 'express';
import type { Logger } from 'pino';
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

/** Anybody may ask; reasons can name hosts and ports, so they go to the log. */
export function healthRoutes(health: Health, log: Logger): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    nameRoute(response, '/livez');
    response.json({ live: true });
  });
  router.get('/readyz', async (_request, response) => {
    nameRoute(response, '/readyz');
    const { ready, checks } = await health.report();
    if (!ready) log.warn({ checks }, 'Not ready');
    response
      .status(ready ? 200 : 503)
      .json({ ready, checks: checks.map(({ name, ok }) => ({ name, ok })) });
  });
  return router;
}

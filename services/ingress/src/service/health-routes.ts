import { checkSchema, pingDatabase, type Database } from '@bursar/ledger/reads';
import { createHealth, type Health } from '@bursar/service-host';
import { Router } from 'express';
import type { Logger } from 'pino';
import { nameRoute } from '../http/observe.ts';
import type { JobQueue } from './services.ts';

/**
 * Comparing the schema reads every function file, so a good verdict serves for a while. A bad one
 * does not: it may have been an outage, which is over now.
 */
const SCHEMA_CHECK_MS = 10_000;

/** Ready means: a command sent here now would be accepted and could be read back. */
export function ingressHealth(db: Database, queues: JobQueue): Health {
  let schemaFitsUntil = 0;
  return createHealth([
    { name: 'database', check: () => pingDatabase(db) },
    { name: 'queue', check: () => queues.ping() },
    {
      name: 'schema',
      check: async () => {
        if (performance.now() < schemaFitsUntil) return;
        await checkSchema(db);
        schemaFitsUntil = performance.now() + SCHEMA_CHECK_MS;
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

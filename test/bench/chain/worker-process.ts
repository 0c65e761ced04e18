import { connectDatabase } from '@bursar/ledger/administration';
import { applyChargesAtOnce, isTransientDatabaseError } from '@bursar/ledger/operations';
import { connectQueues, queueSettings } from '@bursar/queues';
import { createLogger } from '@bursar/service-host';
import { readTask, tellParent } from './child.ts';

/** The worker of charges as a process of its own, which tells how long each charge took to commit. */
const { databaseUrl, redisUrl, prefix } = readTask();
const log = createLogger('bench-worker', 'warn');
const queues = await connectQueues(
  queueSettings({ redisUrl, databaseUrl, databaseRole: 'bursar_queue', prefix }),
  log,
);
const db = connectDatabase({ url: databaseUrl, role: 'bursar_worker', max: 4 });
let lastAt = 0;
let latenciesMs: number[] = [];

const worker = await queues.startWorker({
  isTransient: isTransientDatabaseError,
  jobs: {
    'apply-charges': async (items) => {
      await applyChargesAtOnce(db, items);
      lastAt = Date.now();
      for (const item of items) latenciesMs.push(lastAt - Date.parse(item.accepted_at));
      return items.map(() => ({ status: 'done' as const }));
    },
  },
});
tellParent({ port: 0 });

process.on('message', (question) => {
  const all = question === 'report';
  tellParent({ applied: latenciesMs.length, lastAt, latenciesMs: all ? latenciesMs : [] });
  if (all) latenciesMs = [];
});
process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  await worker.close();
  await queues.close();
  await db.end({ timeout: 5 });
  process.disconnect();
}

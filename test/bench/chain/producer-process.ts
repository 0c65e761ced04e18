import { connectQueues, queueSettings } from '@bursar/queues';
import { createLogger } from '@bursar/service-host';
import { enqueueCharges } from '../enqueue-charges.ts';
import { readTask, tellParent } from './child.ts';

/** Enqueues charges as fast as it can, as a process of its own, whenever it is asked to. */
const { databaseUrl, redisUrl, prefix, produce = { jobs: 0, perJob: 1 } } = readTask();
const queues = await connectQueues(
  queueSettings({ redisUrl, databaseUrl, databaseRole: 'bursar_queue', prefix }),
  createLogger('bench-producer', 'warn'),
);
tellParent({ port: 0 });

process.on('message', () => {
  void enqueueCharges(queues, produce.jobs, produce.perJob).then(() => tellParent({ port: 0 }));
});
process.once('SIGTERM', () => void queues.close().then(() => process.disconnect()));

import type { ChargeItem } from '@bursar/contracts';
import { createIngress, readIngressSettings, type ChargePacker } from '@bursar/ingress';
import { connectDatabase } from '@bursar/ledger/reads';
import { chargeShard, connectQueues, queueSettings, type Queues } from '@bursar/queues';
import { createLogger } from '@bursar/service-host';
import { OPERATOR_KEY, readTask, tellParent } from './child.ts';

/** How a charge reaches the queue: as in production, in a job of its own, or not at all. */
export type Packing = 'packed' | 'a job each' | 'answered at once';

/** A whole ingress as a process of its own. */
const { databaseUrl, redisUrl, prefix, packing = 'packed', settings = {} } = readTask();
const log = createLogger('bench-ingress', 'warn');
const queues = await connectQueues(
  queueSettings({ redisUrl, databaseUrl, databaseRole: 'bursar_queue', prefix }),
  log,
);
const db = connectDatabase({ url: databaseUrl, role: 'bursar_ingress', max: 16 });
const ingress = createIngress({
  settings: readIngressSettings({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    BURSAR_SECRET: 'a secret for measurements that is long enough',
    BURSAR_OPERATOR_KEY: OPERATOR_KEY,
    ...settings,
  }),
  db,
  queues,
  log,
  ...packerFor(packing, queues),
});
const { port } = await ingress.start();
tellParent({ port });
process.once('SIGTERM', () => void stop());

function packerFor(how: Packing, target: Queues): { packer?: ChargePacker } {
  switch (how) {
    case 'packed':
      return {};
    case 'a job each':
      return { packer: { place: (item) => enqueueAlone(target, item) } };
    case 'answered at once':
      return { packer: { place: () => Promise.resolve(null) } };
  }
}

/** What one writes first: an `add` per request. Without the look-up, which favours it. */
async function enqueueAlone(target: Queues, item: ChargeItem): Promise<null> {
  const shard = chargeShard(item.wallet, target.chargeShards);
  await target.enqueue('apply-charges', { items: [item] }, { shard });
  return null;
}

async function stop(): Promise<void> {
  await ingress.stop();
  await queues.close();
  await db.end({ timeout: 5 });
  process.disconnect();
}

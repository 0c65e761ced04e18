import { connectDatabase } from '@bursar/ledger/reads';
import { connectQueues, queueSettings } from '@bursar/queues';
import { createLogger, runProcess, SettingsError } from '@bursar/service-host';
import { createIngress } from './create-ingress.ts';
import { readIngressSettings } from './service/settings.ts';

const QUEUE_ROLE = 'bursar_queue';
const DATABASE_CONNECTIONS_MAX = 16;

/** Runs one ingress by the environment until it is told to stop. */
function main(): Promise<void> {
  const settings = readIngressSettings(process.env);
  const log = createLogger('ingress', settings.logLevel);
  return runProcess(log, async (running) => {
    const db = connectDatabase({
      url: settings.databaseUrl,
      role: 'bursar_ingress',
      max: DATABASE_CONNECTIONS_MAX,
      name: 'bursar-ingress',
    });
    running({ name: 'database', stop: () => db.end({ timeout: 5 }) });
    const queues = await connectQueues(
      queueSettings({
        redisUrl: settings.redisUrl,
        databaseUrl: settings.databaseUrl,
        databaseRole: QUEUE_ROLE,
        chargeShards: settings.chargeShards,
        prefix: settings.queuePrefix,
        allowUnsafeRedis: settings.allowUnsafeRedis,
      }),
      log,
    );
    running({ name: 'queues', stop: () => queues.close() });
    const ingress = createIngress({ settings, db, queues, log });
    running({ name: 'ingress', stop: ingress.stop });
    const { port } = await ingress.start();
    log.info({ host: settings.host, port }, 'The ingress accepts requests');
    // A supervisor that started us waits for this.
    process.send?.({ ready: 'ingress' });
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

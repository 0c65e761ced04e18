import { pingDatabase } from '@bursar/ledger/reads';
import {
  createHealth,
  createLogger,
  readSettings,
  runProcess,
  SettingsError,
} from '@bursar/service-host';
import { serveHealth } from './serve-health.ts';
import { WorkerSettings } from './settings.ts';
import { startWorker } from './start-worker.ts';

function settingsOrExit(): WorkerSettings {
  try {
    return readSettings(WorkerSettings, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

const settings = settingsOrExit();
const log = createLogger('worker', settings.LOG_LEVEL);

await runProcess(log, async (running) => {
  const { db, queues } = await startWorker(settings, log, running);
  if (settings.WORKER_PORT !== undefined) {
    const health = createHealth([
      { name: 'database', check: () => pingDatabase(db) },
      { name: 'queues', check: () => queues.ping() },
    ]);
    running(await serveHealth(health, settings.HOST, settings.WORKER_PORT));
  }
  process.send?.({ ready: 'worker' });
});

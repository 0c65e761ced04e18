import { randomBytes } from 'node:crypto';
import { connectDatabase } from '@bursar/ledger/reads';
import { connectQueues, migrateQueues, queueSettings, type Queues } from '@bursar/queues';
import { createLogger, readSettings, type Part } from '@bursar/service-host';
import { startStripeEmulator } from '@bursar/stripe-emulator';
import { createIngress, readIngressSettings } from '@bursar/ingress';
import { startWorker, WorkerSettings } from '@bursar/worker';
import { inject } from 'vitest';
import { freePort } from '../../packages/queues/test/harness/free-port.ts';
import { emulatorControl, type EmulatorControl } from './emulator-control.ts';
import { createTestDatabase, type TestDatabase } from './ledger-database.ts';
import { startMailBox, type MailBox } from './mail-box.ts';
import type { QueueBackendName } from './queue-backends.ts';
import { openRedis } from './redis-source.ts';
import {
  startServiceProcess,
  superviseServiceProcess,
  type ServiceProcess,
} from './service-process.ts';
import { systemApi, type SystemApi } from './system-api.ts';

export interface WholeSystemOptions {
  backend: QueueBackendName;
  /** `inside` this process (the default), a `process` of its own, `supervised` so, or `none` yet. */
  ingress?: Placement;
  worker?: Placement;
  /** Where the ingress listens, when something has to know before it starts; a free one otherwise. */
  port?: number;
  /** A database of the caller's own, which the caller also drops. */
  database?: TestDatabase;
  /** A Redis of the caller's own. */
  redisUrl?: string;
  /** Environment variables of both services that differ from the harness's own. */
  settings?: Record<string, string>;
}
type Where = 'inside' | 'process' | 'supervised';
type Placement = Where | 'none';

/** Something of the system that can be stopped, politely or not. */
export interface Service {
  stop(): Promise<void>;
  /** Only processes can be killed. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Everything from the API to the mail server, on a database and queues of its own. */
export interface WholeSystem {
  readonly url: string;
  readonly operatorKey: string;
  readonly webhookSecret: string;
  readonly api: SystemApi;
  readonly emulator: EmulatorControl;
  readonly mail: MailBox;
  readonly database: TestDatabase;
  /** A connection of the tests to the same queues. */
  readonly queues: Queues;
  startWorker(placement?: Where, settings?: Record<string, string>): Promise<Service>;
  /** The ingress that Stripe's webhooks reach. */
  startIngress(placement?: Where): Promise<Service>;
  /** Another replica, at an address of its own. */
  startReplica(): Promise<SystemApi>;
  killWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  killIngress(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Ends everything and drops the database, unless it is the caller's. */
  stop(): Promise<void>;
}

/**
 * The jobs of a worker that is killed come back soon, so that tests need not wait for it. Those who
 * cannot be killed keep theirs through any pause of a busy machine, so that nothing is done twice.
 */
const COME_BACK_SOON = { JOB_LOCK_MS: '2000', LOST_JOB_CHECK_MS: '250' };

const log = createLogger('test', process.env['TEST_LOG'] ?? 'fatal');

/** Starts the whole system; whoever started it stops it. */
export async function startWholeSystem(options: WholeSystemOptions): Promise<WholeSystem> {
  const parts: Part[] = [];
  const running = (part: Part): void => void parts.push(part);
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).toReversed()) await part.stop();
  };
  try {
    return await assemble(options, running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  options: WholeSystemOptions,
  running: (part: Part) => void,
  stop: () => Promise<void>,
): Promise<WholeSystem> {
  const database = options.database ?? (await createTestDatabase());
  if (options.database === undefined) running({ name: 'database', stop: () => database.drop() });
  await migrateQueues(database.url, 'bursar_queue');
  const env: Record<string, string> = {
    ...(await settingsOf(database.url, options.port)),
    ...(await queueSettingsOf(options, running)),
  };
  const url = `http://127.0.0.1:${env['PORT']}`;
  const webhookSecret = env['STRIPE_WEBHOOK_SECRETS'] ?? '';
  const emulator = await startStripeEmulator({
    webhook: { url: `${url}/webhooks/stripe`, secret: webhookSecret },
    seed: 'packs',
  });
  running({ name: 'emulator', stop: () => emulator.stop() });
  const mail = await startMailBox();
  running({ name: 'mail', stop: () => mail.remove() });
  Object.assign(env, {
    STRIPE_API_URL: emulator.url,
    SMTP_URL: mail.smtpUrl,
    MAIL_CATCHER_URL: mail.url,
    ...options.settings,
  });
  const queues = await openQueues(env);
  running({ name: 'queues', stop: () => queues.close() });

  let worker: Service | undefined;
  let ingress: Service | undefined;
  const operatorKey = env['BURSAR_OPERATOR_KEY'] ?? '';
  const system: WholeSystem = {
    url,
    operatorKey,
    webhookSecret,
    api: systemApi(url, operatorKey),
    emulator: emulatorControl(emulator.url),
    mail,
    database,
    queues,
    startWorker: async (placement = 'inside', settings = {}) =>
      (worker = await place({ ...env, ...settings }, 'worker', placement, running)),
    startIngress: async (placement = 'inside') =>
      (ingress = await place(env, 'ingress', placement, running)),
    async startReplica() {
      const port = String(await freePort());
      await place({ ...env, PORT: port }, 'ingress', 'inside', running);
      return systemApi(`http://127.0.0.1:${port}`, operatorKey);
    },
    killWorker: async (signal) => worker?.kill(signal),
    killIngress: async (signal) => ingress?.kill(signal),
    stop,
  };
  if (options.worker !== 'none') await system.startWorker(options.worker);
  if (options.ingress !== 'none') await system.startIngress(options.ingress);
  return system;
}

/** What both services read from their environment; addresses of the parts are added as they start. */
async function settingsOf(
  databaseUrl: string,
  given: number | undefined,
): Promise<Record<string, string>> {
  const port = given ?? (await freePort());
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: databaseUrl,
    BURSAR_SECRET: randomBytes(32).toString('hex'),
    BURSAR_OPERATOR_KEY: `operator-${randomBytes(12).toString('hex')}`,
    STRIPE_SECRET_KEY: 'sk_test_whole_system',
    STRIPE_WEBHOOK_SECRETS: `whsec_${randomBytes(16).toString('hex')}`,
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'error',
  };
}

async function queueSettingsOf(
  options: WholeSystemOptions,
  running: (part: Part) => void,
): Promise<Record<string, string>> {
  if (options.backend === 'postgres') return {};
  const prefix = { QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}` };
  if (options.redisUrl !== undefined) return { ...prefix, REDIS_URL: options.redisUrl };
  const redis = await openRedis(inject('redis'));
  running({ name: 'redis', stop: () => redis.close() });
  return { ...prefix, REDIS_URL: redis.url };
}

const openQueues = (env: Record<string, string>): Promise<Queues> =>
  connectQueues(
    queueSettings({
      redisUrl: env['REDIS_URL'],
      databaseUrl: env['DATABASE_URL'] ?? '',
      databaseRole: 'bursar_queue',
      prefix: env['QUEUE_PREFIX'],
    }),
    log,
  );

async function place(
  env: Record<string, string>,
  name: 'ingress' | 'worker',
  placement: Where,
  running: (part: Part) => void,
): Promise<Service> {
  const service = await startAt(placement, name, env);
  running({ name, stop: () => service.stop() });
  return service;
}

async function startAt(
  placement: Where,
  name: 'ingress' | 'worker',
  env: Record<string, string>,
): Promise<Service> {
  switch (placement) {
    case 'inside':
      return startInside(name, env);
    case 'process':
      return asService(await startServiceProcess(name, { ...COME_BACK_SOON, ...env }));
    case 'supervised':
      return asService(await superviseServiceProcess(name, { ...COME_BACK_SOON, ...env }));
  }
}

const asService = (process: ServiceProcess): Service => ({
  stop: () => process.kill('SIGTERM'),
  kill: (signal) => process.kill(signal),
});

async function startInside(
  name: 'ingress' | 'worker',
  env: Record<string, string>,
): Promise<Service> {
  const parts: Part[] = [];
  const running = (part: Part): void => void parts.push(part);
  if (name === 'worker') await startWorker(readSettings(WorkerSettings, env), log, running);
  else await startIngressInside(env, running);
  return {
    async stop() {
      for (const part of parts.splice(0).toReversed()) await part.stop();
    },
    kill() {
      throw new Error('It runs inside this process; start it as a process of its own to kill it.');
    },
  };
}

async function startIngressInside(
  env: Record<string, string>,
  running: (part: Part) => void,
): Promise<void> {
  const settings = readIngressSettings(env);
  const db = connectDatabase({
    url: settings.databaseUrl,
    role: 'bursar_ingress',
    max: 8,
    name: 'bursar-ingress',
  });
  running({ name: 'database', stop: () => db.end({ timeout: 5 }) });
  const queues = await openQueues(env);
  running({ name: 'queues', stop: () => queues.close() });
  const ingress = createIngress({ settings, db, queues, log });
  running({ name: 'ingress', stop: ingress.stop });
  await ingress.start();
}

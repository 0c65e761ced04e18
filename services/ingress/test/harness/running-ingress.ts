import { connectQueues, migrateQueues, queueSettings, type Queues } from '@bursar/queues';
import { createLogger, type Logger } from '@bursar/service-host';
import { createTestDatabase, type TestDatabase } from '../../../../test/harness/ledger-database.ts';
import {
  createIngress,
  priceList,
  type Ingress,
  type IngressDependencies,
} from '../../src/index.ts';
import type { IngressSettings, OverloadLimits } from '../../src/service/settings.ts';

const OPERATOR_KEY = 'operator-key-of-the-settings';
export const WEBHOOK_SECRET = 'whsec_test_secret_of_the_ingress';
export const SECRET = 'a secret for tests that is long enough to use';

/** Beyond what any test means to reach. */
const LIMITS: OverloadLimits = {
  key: { writes: null, reads: null, burst: null },
  person: { writes: null, reads: null, burst: null },
  unauthenticated: null,
  trustedProxies: 0,
  queue: { ageMs: 3_600_000, bytes: 2 ** 30 },
  bodyBytes: 2 ** 30,
};

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  // Tests look into documents of many shapes; what is missing fails their expectations.
  body: ReturnType<typeof JSON.parse>;
}

interface CallOptions {
  key?: string | null;
  actAs?: string;
  body?: unknown;
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export interface RunningIngress {
  database: TestDatabase;
  queues: Queues;
  ingress: Ingress;
  url: string;
  /** Calls as the operator unless told otherwise. */
  call: (method: string, path: string, options?: CallOptions) => Promise<Answered>;
  stop: () => Promise<void>;
}

/**
 * An ingress on a database of its own, with real queues on PostgreSQL and the ingress's own role.
 * `wrap` may stand between it and the queues, to let some of what is enqueued fail; `settings` differ
 * from the harness's own; `log` is for whoever reads it.
 */
export async function startIngress(
  limits: Partial<OverloadLimits> = {},
  wrap: (queues: Queues) => IngressDependencies['queues'] = (queues) => queues,
  settings: Partial<IngressSettings> = {},
  log: Logger = createLogger('ingress-test', process.env['TEST_LOG'] ?? 'fatal'),
): Promise<RunningIngress> {
  const database = await createTestDatabase();
  await migrateQueues(database.url, 'bursar_queue');
  const queues = await connectQueues(
    queueSettings({ databaseUrl: database.url, databaseRole: 'bursar_queue' }),
    log,
  );
  const ingress = createIngress({
    settings: {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://bursar.test',
      secret: SECRET,
      operatorKey: OPERATOR_KEY,
      stripeWebhookSecrets: ['whsec_another', WEBHOOK_SECRET],
      stripeLivemode: false,
      prices: priceList({ currency: 'usd', microPerMajor: 100_000_000n, expiryMonths: 12 }),
      webhookAllowLoopback: true,
      // Otherwise what a test sees would depend on whether the console was built in this checkout.
      consoleDir: '/nowhere',
      adminPort: 0,
      limits: { ...LIMITS, ...limits },
      ...settings,
    },
    db: database.connect('bursar_ingress'),
    queues: wrap(queues),
    log,
  });
  const { port } = await ingress.start();
  const url = `http://127.0.0.1:${port}`;
  return {
    database,
    queues,
    ingress,
    url,
    call: (method, path, options = {}) => call(url, method, path, options),
    async stop() {
      await ingress.stop();
      await queues.close();
      await database.drop();
    },
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  { key = OPERATOR_KEY, actAs, body, idempotencyKey, headers = {} }: CallOptions,
): Promise<Answered> {
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== null && { Authorization: `Bearer ${key}` }),
      ...(actAs !== undefined && { 'Bursar-Act-As': actAs }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  };
}

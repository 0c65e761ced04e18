import { formatAmount, type JobPayload } from '@bursar/contracts';
import {
  checkSchema,
  connectDatabase,
  declareSettings,
  isTransientDatabaseError,
  type Database,
} from '@bursar/ledger/operations';
import {
  connectMail,
  connectWebhooks,
  deriveInvitationKey,
  deriveUnsubscribeKey,
  deriveWebhookKey,
  isTransientMailError,
} from '@bursar/notices';
import { connectStripe, isTransientPaymentError } from '@bursar/payments';
import { connectQueues, queueSettings, QueueUnavailable, type Queues } from '@bursar/queues';
import type { Logger, Part } from '@bursar/service-host';
import { creditPriceFrom } from './credit-price.ts';
import { handleStripeEvent } from './jobs/handle-stripe-event.ts';
import { openOrder } from './jobs/open-purchase.ts';
import { OrderNotReady } from './purchases/order-not-ready.ts';
import { deliverWebhooksUntil } from './deliver-webhooks.ts';
import { relayUntil } from './relay.ts';
import { handlersFor } from './roles.ts';
import { schedules } from './schedules.ts';
import { runTopUp } from './top-ups/run-top-up.ts';
import type { WorkerSettings } from './settings.ts';
import type { WorkerContext } from './worker-context.ts';

/** Connections for the batches of each shard and for the commands that run beside them. */
const DATABASE_CONNECTIONS = 16;
const COMMANDS_AT_A_TIME = 100;

/**
 * Connects and begins to work the queues of the given roles. Every part is handed to `running` as
 * soon as it runs, in the order in which it must be stopped in reverse.
 *
 * @throws when the schema is not the one this code expects, or Redis would lose accepted jobs.
 */
export async function startWorker(
  settings: WorkerSettings,
  log: Logger,
  running: (part: Part) => void,
): Promise<{ db: Database; queues: Queues }> {
  const context = await connect(settings, log, running);
  await checkSchema(context.db);
  await declare(context);
  const worker = await context.queues.startWorker({
    jobs: handlersFor(settings.WORKER_ROLES, context),
    isTransient,
    // Commands about holds go together, so many of them at a time are few transactions.
    concurrency: { ledger: COMMANDS_AT_A_TIME },
    lockMs: settings.JOB_LOCK_MS,
    lostJobCheckMs: settings.LOST_JOB_CHECK_MS,
  });
  running({ name: 'jobs', stop: async () => void (await worker.close()) });
  if (settings.WORKER_ROLES.includes('schedules')) await planSchedules(context.queues);
  if (settings.WORKER_ROLES.includes('notices')) {
    runUntilStopped('relay', (signal) => relayUntil(context, signal), running);
    runUntilStopped('webhooks', (signal) => deliverWebhooksUntil(context, signal), running);
  }
  log.info(
    { roles: settings.WORKER_ROLES, queues: context.queues.backend },
    'The worker is working',
  );
  return { db: context.db, queues: context.queues };
}

/**
 * The jobs of payments, run by the caller on a connection of the caller's, where no queue works them.
 * What else the worker connects to is handed to `running`.
 */
export async function connectPaymentJobs(
  db: Database,
  settings: WorkerSettings,
  log: Logger,
  running: (part: Part) => void,
): Promise<PaymentJobs> {
  const context = { ...(await connect(settings, log, running)), db };
  return {
    openOrder: (job) => openOrder(context, job),
    handleStripeEvent: (event) => handleStripeEvent(context, { event }),
    runTopUp: (attempt) => runTopUp(context, { attempt }),
  };
}

export interface PaymentJobs {
  openOrder(job: JobPayload<'open-purchase'>): Promise<void>;
  /** An event that was recorded: `evt_…`. */
  handleStripeEvent(event: string): Promise<void>;
  /** A try that a committed fact asks for. */
  runTopUp(attempt: string): Promise<void>;
}

/** Whoever prices orders and whoever buys must count alike; operators see where they do not. */
async function declare({ db, queues, log, policy }: WorkerContext): Promise<void> {
  const { creditPrice: price } = policy;
  const contradictions = await declareSettings(db, 'worker', {
    CHARGE_SHARDS: String(queues.chargeShards),
    CREDITS_PER_UNIT: formatAmount(price.microPerMajor),
    CREDIT_CURRENCY: price.currency,
    CREDIT_EXPIRY_MONTHS: String(price.expiryMonths),
    PURCHASE_MAX: String(price.maximum),
    PURCHASE_MIN: String(price.minimum),
  });
  for (const one of contradictions) {
    log.error(one, 'Ingress and worker were given different values of a setting');
  }
}

async function connect(
  settings: WorkerSettings,
  log: Logger,
  running: (part: Part) => void,
): Promise<WorkerContext> {
  const db = connectDatabase({
    url: settings.DATABASE_URL,
    role: 'bursar_worker',
    max: DATABASE_CONNECTIONS,
    name: 'bursar-worker',
    defaultOverdraftLimit: settings.DEFAULT_OVERDRAFT_LIMIT,
  });
  running({ name: 'database', stop: () => db.end({ timeout: 5 }) });
  const queues = await connectQueues(
    queueSettings({
      redisUrl: settings.REDIS_URL,
      databaseUrl: settings.DATABASE_URL,
      databaseRole: 'bursar_queue',
      chargeShards: settings.CHARGE_SHARDS,
      prefix: settings.QUEUE_PREFIX,
      allowUnsafeRedis: settings.ALLOW_UNSAFE_REDIS,
    }),
    log,
  );
  running({ name: 'queues', stop: () => queues.close() });
  const mail = connectMail(settings.SMTP_URL, settings.MAIL_FROM);
  running({ name: 'mail', stop: async () => mail.close() });
  const sender = connectWebhooks({ allowLoopback: settings.WEBHOOK_ALLOW_LOOPBACK });
  running({ name: 'webhook connections', stop: () => sender.close() });
  const webhooks = { sender, key: deriveWebhookKey(settings.BURSAR_SECRET) };
  const payments = connectStripe({
    secretKey: settings.STRIPE_SECRET_KEY,
    apiUrl: settings.STRIPE_API_URL,
  });
  const unsubscribeKey = deriveUnsubscribeKey(settings.BURSAR_SECRET);
  const invitationKey = deriveInvitationKey(settings.BURSAR_SECRET);
  return {
    db,
    auditor: () =>
      connectDatabase({
        url: settings.DATABASE_URL,
        role: 'bursar_auditor',
        max: 1,
        name: 'bursar-auditor',
      }),
    queues,
    mail,
    unsubscribeKey,
    invitationKey,
    webhooks,
    payments,
    log,
    policy: policyFrom(settings),
  };
}

const policyFrom = (settings: WorkerSettings): WorkerContext['policy'] => ({
  expiryMonths: settings.CREDIT_EXPIRY_MONTHS,
  graceDays: settings.REVERSAL_GRACE_DAYS,
  historyOnlineMonths: settings.HISTORY_ONLINE_MONTHS,
  creditPrice: creditPriceFrom(settings),
  refundWindowDays: settings.REFUND_WINDOW_DAYS,
  fraudWarnings: settings.FRAUD_WARNINGS,
  checkoutLimits: {
    perHour: settings.CHECKOUTS_PER_HOUR || null,
    failuresPerHour: settings.FAILED_PAYMENTS_PER_HOUR || null,
  },
  checkout: {
    automaticTax: settings.STRIPE_AUTOMATIC_TAX,
    adaptivePricing: settings.STRIPE_ADAPTIVE_PRICING,
  },
  publicUrl: settings.PUBLIC_URL.replace(/\/+$/, ''),
  livemode: settings.STRIPE_SECRET_KEY.includes('_live_'),
  reconciliation: {
    graceSeconds: settings.RECONCILIATION_GRACE_SECONDS,
    repairsMax: settings.RECONCILIATION_REPAIRS_MAX,
    callsMax: settings.RECONCILIATION_CALLS_MAX,
  },
});

/** Outages are waited out; what is left over is a defect, and its job becomes a dead letter. */
export const isTransient = (error: unknown): boolean =>
  isTransientDatabaseError(error) ||
  isTransientPaymentError(error) ||
  isTransientMailError(error) ||
  error instanceof QueueUnavailable ||
  error instanceof OrderNotReady;

async function planSchedules(queues: Queues): Promise<void> {
  for (const [name, { timetable }] of Object.entries(schedules)) {
    await queues.schedule(name, timetable);
  }
  await queues.retainSchedules(Object.keys(schedules));
}

function runUntilStopped(
  name: string,
  run: (signal: AbortSignal) => Promise<void>,
  running: (part: Part) => void,
): void {
  const ending = new AbortController();
  const ended = run(ending.signal);
  running({
    name,
    stop: () => {
      ending.abort();
      return ended;
    },
  });
}

import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { formatAmount } from '@bursar/contracts';
import { countAttention, declareSettings, type Database } from '@bursar/ledger/reads';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createKeyRing } from './access/key-ring.ts';
import { createApp } from './app.ts';
import { createChargePacker, type ChargePacker } from './charges/charge-packer.ts';
import { EVENT_WINDOW_DEFAULT } from './events/event-window.ts';
import { createFailedAttempts } from './limits/failed-attempts.ts';
import { createLeasedWindows } from './limits/leased-windows.ts';
import { createRateLimiter, type RateLimiter } from './limits/rate-limiter.ts';
import { windowStore } from './limits/window-store.ts';
import { createLiveWallets } from './live/live-wallets.ts';
import { createOutcomeWaiter } from './operations/outcome-waiter.ts';
import { createRecentAcceptances } from './operations/recent-acceptances.ts';
import { createBodyBudget } from './overload/body-budget.ts';
import { createHotWallets } from './overload/hot-wallets.ts';
import { createQueueLoad } from './overload/queue-load.ts';
import { ingressHealth } from './service/health-routes.ts';
import { createPriceBook } from './prices/price-book.ts';
import { close, listen, portOf } from './service/listen.ts';
import { metricsListener } from './service/metrics-listener.ts';
import { addReconciliationMetrics } from './reconciliations/reconciliation-metrics.ts';
import { createMetrics } from './service/metrics.ts';
import { deriveSecrets } from './service/secrets.ts';
import type { JobQueue, Services } from './service/services.ts';
import type { IngressSettings, OverloadLimits } from './service/settings.ts';
import { createSignInDoor, type SignInDoor } from './sign-in/sign-in-door.ts';

export interface IngressDependencies {
  settings: IngressSettings;
  /** With the role `bursar_ingress`; closed by whoever opened it, after `stop`. */
  db: Database;
  queues: JobQueue;
  log: Logger;
  /** How charges reach the queue; packed unless told otherwise, which only measurements do. */
  packer?: ChargePacker;
}

export interface Ingress {
  app: Express;
  /** Listens, and answers with the ports taken. Rejects when an address is in use. */
  start: () => Promise<{ port: number; adminPort: number | null }>;
  /** Not ready from now on; lets those who wait go and ends when no request is under way. */
  stop: () => Promise<void>;
}

/** How exact the last use of a key is. */
const KEY_USE_NOTED_EVERY_MS = 30_000;

/** The console's workspace is this one's neighbour, in a checkout and in an image alike. */
const CONSOLE_BESIDE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** Puts the ingress together; nothing happens before `start`. */
export function createIngress(dependencies: IngressDependencies): Ingress {
  const { settings, db, queues, log } = dependencies;
  const secrets = deriveSecrets(settings.secret);
  const metrics = createMetrics();
  addReconciliationMetrics(metrics.registry, db);
  const outcomes = createOutcomeWaiter(db, log);
  const load = createQueueLoad(queues, settings.limits.queue, metrics, log);
  const hotWallets = createHotWallets();
  const live = createLiveWallets(db, secrets, log);
  const services: Services = {
    db,
    queues,
    log,
    secrets,
    metrics,
    outcomes,
    live,
    publicUrl: settings.publicUrl,
    prices: settings.prices,
    priceBook: createPriceBook(db),
    eventWindow: settings.eventWindow ?? EVENT_WINDOW_DEFAULT,
    webhookAllowLoopback: settings.webhookAllowLoopback,
    keys: createKeyRing(db, secrets.apiKeyPepper, settings.operatorKey),
    recent: createRecentAcceptances(),
    packer:
      dependencies.packer ??
      createChargePacker(db, queues, load, hotWallets, (items) => metrics.packItems.observe(items)),
    load,
    hotWallets,
  };
  const health = ingressHealth(db, queues);
  const bodies = createBodyBudget(settings.limits.bodyBytes);
  metrics.onScrape.push(() => {
    metrics.waiters.set(outcomes.waiting());
    metrics.bodyBytes.set(bodies.bytesReserved());
  });
  metrics.onScrape.push(() => measureAttention(services));
  const onGuess = (): void => metrics.limited.inc({ limit: 'unauthenticated' });
  const app = createApp(services, {
    health,
    limiter: limiterOf(services, settings.limits),
    attempts: createFailedAttempts(settings.limits.unauthenticated, onGuess),
    failedSignIns: createFailedAttempts(settings.limits.unauthenticated, onGuess),
    bodies,
    signIn: signInDoorOf(services, settings),
    trustedProxies: settings.limits.trustedProxies,
    stripe: { secrets: settings.stripeWebhookSecrets, livemode: settings.stripeLivemode },
    mailCatcherUrl: settings.mailCatcherUrl,
    consoleDir: settings.consoleDir ?? CONSOLE_BESIDE,
  });
  /** When keys were used is a courtesy; an outage must not stop anything for it. */
  const noteUse = (): Promise<void> =>
    services.keys.noteUse().catch((error: unknown) => {
      log.warn({ err: error }, 'When keys were used could not be written down');
    });
  let notingUse: NodeJS.Timeout | undefined;
  const servers: Server[] = [];
  return {
    app,
    async start() {
      await declare(services);
      await outcomes.start();
      load.start();
      notingUse = setInterval(() => void noteUse(), KEY_USE_NOTED_EVERY_MS);
      await live.start();
      const server = await listen(app, settings.host, settings.port);
      servers.push(server);
      const admin =
        settings.adminPort === 0
          ? null
          : await listen(metricsListener(metrics), settings.host, settings.adminPort);
      if (admin !== null) servers.push(admin);
      return { port: portOf(server), adminPort: admin === null ? null : portOf(admin) };
    },
    async stop() {
      health.drain();
      const closing = servers.splice(0).map(close);
      load.stop();
      clearInterval(notingUse);
      await noteUse();
      await live.stop();
      await outcomes.stop();
      await Promise.all(closing);
    },
  };
}

/** The other measurements must be had all the more while the database is away. */
async function measureAttention({ db, metrics, log }: Services): Promise<void> {
  try {
    for (const [kind, count] of Object.entries(await countAttention(db))) {
      metrics.attention.set({ kind }, count);
    }
  } catch (error) {
    log.warn({ err: error }, 'What waits for an operator could not be counted');
  }
}

/** Whoever prices orders and whoever buys must count alike; operators see where they do not. */
async function declare({ db, queues, log, prices }: Services): Promise<void> {
  try {
    const contradictions = await declareSettings(db, 'ingress', {
      CHARGE_SHARDS: String(queues.chargeShards),
      CREDITS_PER_UNIT: formatAmount(prices.microPerMajor),
      CREDIT_CURRENCY: prices.currency,
      CREDIT_EXPIRY_MONTHS: String(prices.expiryMonths),
      PURCHASE_MAX: String(prices.maximum),
      PURCHASE_MIN: String(prices.minimum),
    });
    for (const one of contradictions) {
      log.error(one, 'Ingress and worker were given different values of a setting');
    }
  } catch (error) {
    // Comparing is a courtesy; an ingress does not stay away for it.
    log.warn({ err: error }, 'The settings could not be compared with those of the worker');
  }
}

function signInDoorOf(
  { db, secrets, publicUrl }: Services,
  { signIn }: IngressSettings,
): SignInDoor | null {
  if (signIn === undefined) return null;
  const keys = {
    hash: secrets.session,
    idToken: secrets.idToken,
    pending: secrets.pendingSignIn,
  };
  return createSignInDoor(db, keys, signIn, publicUrl);
}

function limiterOf({ db, queues, metrics, log }: Services, limits: OverloadLimits): RateLimiter {
  const windows = createLeasedWindows(windowStore(db, queues.sharedRedis), (error) => {
    metrics.limitStoreFailures.inc();
    log.warn({ err: error }, 'The store of rate limits is away; this replica counts alone');
  });
  return createRateLimiter({ key: limits.key, person: limits.person }, windows, (limit) =>
    metrics.limited.inc({ limit }),
  );
}

import { join } from 'node:path';
import { startMailCatcher } from '@bursar/embedded/mail-catcher';
import { startEmbeddedPostgres } from '@bursar/embedded/postgres';
import { connectDatabase, migrate } from '@bursar/ledger/administration';
import { migrateQueues } from '@bursar/queues';
import type { Part } from '@bursar/service-host';
import { startStripeEmulator } from '@bursar/stripe-emulator';
import type { StandaloneSettings } from './settings.ts';

type Running = (part: Part) => void;
type Say = (line: string) => void;

const DATABASE = 'bursar';

/** The database that is configured, or our own; migrated either way. */
export async function bootDatabase(
  settings: StandaloneSettings,
  running: Running,
  say: Say,
): Promise<string> {
  const url = settings.DATABASE_URL ?? (await bootEmbeddedDatabase(settings, running, say));
  const db = connectDatabase({ url, role: 'owner', max: 1, name: 'bursar-migrate' });
  try {
    const report = await migrate(db);
    if (report.applied.length > 0) say(`Migrated the database (${report.applied.length} steps).`);
  } finally {
    await db.end({ timeout: 5 });
  }
  await migrateQueues(url, 'bursar_queue');
  return url;
}

async function bootEmbeddedDatabase(
  settings: StandaloneSettings,
  running: Running,
  say: Say,
): Promise<string> {
  const server = await startEmbeddedPostgres({
    dataDir: settings.BURSAR_DATA_DIR,
    durable: true,
    log: say,
  });
  running({ name: 'PostgreSQL', stop: () => server.stop() });
  const db = connectDatabase({ url: server.url, role: 'owner', max: 1 });
  try {
    const found = await db`select from pg_database where datname = ${DATABASE}`;
    if (found.length === 0) await db.unsafe(`create database ${DATABASE}`);
  } finally {
    await db.end({ timeout: 5 });
  }
  const url = new URL(server.url);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

/** What the services need of Stripe: the real one as configured, or the emulator. */
export interface StripeSide {
  secretKey: string;
  apiUrl: string | undefined;
  webhookSecrets: string;
  emulatorUrl: string | null;
}

export async function bootStripe(
  settings: StandaloneSettings,
  ingressUrl: string,
  running: Running,
): Promise<StripeSide> {
  if (settings.STRIPE_SECRET_KEY !== undefined) {
    return {
      secretKey: settings.STRIPE_SECRET_KEY,
      apiUrl: settings.STRIPE_API_URL,
      webhookSecrets: settings.STRIPE_WEBHOOK_SECRETS ?? '',
      emulatorUrl: null,
    };
  }
  const emulator = await startStripeEmulator({
    port: settings.STRIPE_EMULATOR_PORT,
    dataFile: join(settings.BURSAR_DATA_DIR, 'stripe-emulator.json'),
    webhook: {
      url: `${ingressUrl}/webhooks/stripe`,
      ...(settings.STRIPE_WEBHOOK_SECRETS
        ? { secret: settings.STRIPE_WEBHOOK_SECRETS.split(',')[0]?.trim() ?? '' }
        : {}),
    },
    seed: 'packs',
  });
  running({ name: 'Stripe emulator', stop: () => emulator.stop() });
  return {
    secretKey: 'sk_test_bursar_emulator',
    apiUrl: emulator.url,
    webhookSecrets: settings.STRIPE_WEBHOOK_SECRETS ?? emulator.webhookSecret,
    emulatorUrl: emulator.url,
  };
}

export interface MailSide {
  smtpUrl: string;
  catcherUrl: string | null;
}

export async function bootMail(settings: StandaloneSettings, running: Running): Promise<MailSide> {
  if (settings.SMTP_URL !== undefined) return { smtpUrl: settings.SMTP_URL, catcherUrl: null };
  const catcher = await startMailCatcher({ dataDir: settings.BURSAR_DATA_DIR, host: '127.0.0.1' });
  running({ name: 'mail catcher', stop: () => catcher.stop() });
  return { smtpUrl: catcher.smtpUrl, catcherUrl: catcher.httpUrl };
}

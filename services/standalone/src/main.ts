import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  readSettings,
  runProcess,
  SettingsError,
  unknownSettings,
  type Part,
} from '@bursar/service-host';
import { banner } from './banner.ts';
import { bootDatabase, bootMail, bootStripe } from './boot.ts';
import { startChild } from './child-service.ts';
import {
  claimDataFolder,
  keepDemoStart,
  keepSecrets,
  openDataFolder,
  writeRuntime,
} from './data-folder.ts';
import { runDemo } from './demo/run-demo.ts';
import { assertPortFree } from './free-port.ts';
import { StandaloneSettings } from './settings.ts';

const READY_MS = 60_000;
const KNOWN = Object.keys(StandaloneSettings.shape);

const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

function settingsOrExit(): StandaloneSettings {
  try {
    const settings = readSettings(StandaloneSettings, process.env);
    for (const name of unknownSettings(process.env, KNOWN)) {
      say(`Note: nothing reads ${name}; is it misspelt?`);
    }
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** The first failure is said in one sentence; there is nothing in a stack trace for who starts this. */
const log = {
  info: (_fields: object, message: string): void => {
    if (message === 'Stopping') say('Stopping…');
  },
  error: (_fields: object, message: string): void => {
    process.stderr.write(`\n  Bursar did not start: ${message}\n`);
  },
};

async function start(settings: StandaloneSettings, running: (part: Part) => void): Promise<void> {
  const startedAt = performance.now();
  const dataDir = settings.BURSAR_DATA_DIR;
  openDataFolder(dataDir);
  const release = claimDataFolder(dataDir);
  running({ name: 'data folder', stop: async () => release() });
  await assertPortFree(settings.HOST, settings.PORT, 'PORT');
  if (settings.STRIPE_SECRET_KEY === undefined) {
    await assertPortFree('127.0.0.1', settings.STRIPE_EMULATOR_PORT, 'STRIPE_EMULATOR_PORT');
  }
  const secrets = keepSecrets(dataDir, {
    ...(settings.BURSAR_SECRET ? { secret: settings.BURSAR_SECRET } : {}),
    ...(settings.BURSAR_OPERATOR_KEY ? { operatorKey: settings.BURSAR_OPERATOR_KEY } : {}),
  });
  const databaseUrl = await bootDatabase(settings, running, say);
  const ingressUrl = `http://${settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST}:${settings.PORT}`;
  const publicUrl = (settings.PUBLIC_URL ?? ingressUrl).replace(/\/+$/, '');
  const stripe = await bootStripe(settings, ingressUrl, running);
  const mail = await bootMail(settings, running);
  const forget = writeRuntime(dataDir, {
    databaseUrl,
    redisUrl: settings.REDIS_URL ?? null,
    ingressUrl,
    operatorKey: secrets.operatorKey,
    pid: process.pid,
  });
  running({ name: 'runtime file', stop: async () => forget() });

  const env = {
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: publicUrl,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_API_URL: stripe.apiUrl,
    STRIPE_LIVEMODE: stripe.secretKey.includes('_live_') ? '1' : '0',
    STRIPE_WEBHOOK_SECRETS: stripe.webhookSecrets,
    SMTP_URL: mail.smtpUrl,
    MAIL_CATCHER_URL: mail.catcherUrl ?? undefined,
    BURSAR_SECRET: secrets.secret,
    BURSAR_OPERATOR_KEY: secrets.operatorKey,
    PORT: String(settings.PORT),
    HOST: settings.HOST,
  };
  const logs = join(dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  for (const name of ['worker', 'ingress']) {
    const entry = new URL(import.meta.resolve(`@bursar/${name}`).replace(/index\.ts$/, 'main.ts'));
    const service = { name, entry, env, logFile: join(logs, `${name}.log`), say };
    await startChild(service, running, () => process.kill(process.pid, 'SIGTERM'));
  }
  await untilReady(ingressUrl);
  if (settings.BURSAR_DEMO) {
    running(
      await runDemo({
        ingressUrl,
        operatorKey: secrets.operatorKey,
        emulatorUrl: stripe.emulatorUrl,
        since: keepDemoStart(dataDir),
        say,
      }),
    );
  }
  process.stdout.write(
    banner({
      publicUrl,
      operatorKey: secrets.operatorKey,
      emulatorUrl: stripe.emulatorUrl,
      mailCaught: mail.catcherUrl !== null,
      demo: settings.BURSAR_DEMO,
      dataDir,
      queue: settings.REDIS_URL ? 'Redis' : 'PostgreSQL',
      seconds: (performance.now() - startedAt) / 1_000,
    }),
  );
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > deadline) {
      throw new Error(`the ingress did not become ready within ${READY_MS / 1_000} seconds.`);
    }
    await sleep(50);
  }
}

const settings = settingsOrExit();
await runProcess(log, (running) => start(settings, running));

import { buildConsole } from '@bursar/console/build';
import type { Boot } from './boot.ts';
import { sentenceOf } from './cannot-start.ts';
import { checkRedis } from './check-redis.ts';
import { claimDataFolder } from './data-folder/claim-data-folder.ts';
import { openDataFolder, writeRuntime } from './data-folder/data-folder.ts';
import { openDemoRecord } from './data-folder/demo-record.ts';
import { keepSecrets, type KeptSecrets } from './data-folder/keep-secrets.ts';
import { bootDatabase } from './database/boot-database.ts';
import { tellPast } from './demo/past/tell-past.ts';
import { runDemo } from './demo/run-demo.ts';
import { findPort } from './find-port.ts';
import { bootIdentity } from './identity-side.ts';
import { bootMail, bootStripe, stripeFileOf } from './outside-world.ts';
import { runServices, webhooksStayHere, type Surroundings } from './services/run-services.ts';
import { banner } from './terminal/banner.ts';
import { patiently } from './terminal/terminal.ts';

/**
 * Starts everything in the order in which it is needed and ends with the banner. Cheap refusals come
 * first, so that nothing has been touched when one of them ends the start.
 */
export async function start(boot: Boot): Promise<void> {
  const startedAt = performance.now();
  const secrets = takeDataFolder(boot);
  const ports = await findPorts(boot);
  await checkRedis(boot);
  const around = await bootSurroundings(boot, secrets, ports);
  await patiently('Starting the worker and the ingress…', runServices(boot, around));
  await showDemo(boot, around);
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(banner(bannerFacts(boot, around, seconds)));
}

function takeDataFolder({ settings, running, say }: Boot): KeptSecrets {
  const path = settings.BURSAR_DATA_DIR;
  openDataFolder(path);
  const release = claimDataFolder(path);
  running({ name: 'data folder', stop: async () => release() });
  const given = { secret: settings.BURSAR_SECRET, operatorKey: settings.BURSAR_OPERATOR_KEY };
  return keepSecrets(path, given, say);
}

interface Ports {
  ingress: number;
  emulator: number;
  identity: number;
}

async function findPorts({ settings }: Boot): Promise<Ports> {
  const ingress = await findPort(settings.HOST, settings.PORT, 'PORT');
  const emulator =
    settings.STRIPE_SECRET_KEY === undefined
      ? await findPort('127.0.0.1', settings.STRIPE_EMULATOR_PORT, 'STRIPE_EMULATOR_PORT')
      : 0;
  const identity =
    settings.OIDC_ISSUER === undefined
      ? await findPort('127.0.0.1', settings.DEV_IDENTITY_PORT, 'DEV_IDENTITY_PORT')
      : 0;
  return { ingress, emulator, identity };
}

/** Everything the services talk to. */
async function bootSurroundings(
  boot: Boot,
  secrets: KeptSecrets,
  ports: Ports,
): Promise<Surroundings> {
  const { settings, running } = boot;
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST;
  const ingressUrl = `http://${host}:${ports.ingress}`;
  const publicUrl = (settings.PUBLIC_URL ?? ingressUrl).replace(/\/+$/, '');
  const databaseUrl = await bootDatabase(boot);
  await showPast(boot, { databaseUrl, secret: secrets.secret, stripeFile: stripeFileOf(settings) });
  const stripe = await bootStripe(boot, { emulatorPort: ports.emulator, ingressUrl });
  const mail = await bootMail(boot);
  const { secret } = secrets;
  const identity = await bootIdentity(boot, { port: ports.identity, publicUrl, secret });
  await patiently('Building the console…', buildConsole());
  const forget = writeRuntime(settings.BURSAR_DATA_DIR, {
    databaseUrl,
    redisUrl: settings.REDIS_URL ?? null,
    ingressUrl,
    operatorKey: secrets.operatorKey,
    pid: process.pid,
  });
  running({ name: 'runtime file', stop: async () => forget() });
  const port = ports.ingress;
  return { databaseUrl, ingressUrl, publicUrl, port, stripe, mail, identity, secrets };
}

/**
 * Three months for people to look back on: before any service runs, and in our own database only. With
 * a database, a Stripe account or a mail server of somebody else's nothing is told that did not happen.
 */
async function showPast(
  { settings, env, say }: Boot,
  at: { databaseUrl: string; secret: string; stripeFile: string },
): Promise<void> {
  const { DATABASE_URL, STRIPE_SECRET_KEY, SMTP_URL, BURSAR_DEMO } = settings;
  if (!BURSAR_DEMO || (DATABASE_URL ?? STRIPE_SECRET_KEY ?? SMTP_URL) !== undefined) return;
  try {
    const telling = tellPast({ ...at, env });
    const told = await patiently('Living through the last three months…', telling);
    if (told) openDemoRecord(settings.BURSAR_DATA_DIR).markPast();
  } catch (error) {
    say(`The demo begins today, without a past: ${sentenceOf(error)}`);
  }
}

async function showDemo(
  { settings, env, running, say }: Boot,
  around: Surroundings,
): Promise<void> {
  if (!settings.BURSAR_DEMO) return;
  const demo = runDemo({
    ingressUrl: around.ingressUrl,
    operatorKey: around.secrets.operatorKey,
    emulatorUrl: around.stripe.emulatorUrl,
    mailStaysHere: around.mail.catcherUrl !== null,
    webhooksStayHere: webhooksStayHere(env, around.publicUrl),
    record: openDemoRecord(settings.BURSAR_DATA_DIR),
    say,
  });
  running(await patiently('Setting up the example organization…', demo));
}

const bannerFacts = ({ settings }: Boot, around: Surroundings, seconds: number) => ({
  publicUrl: around.publicUrl,
  ingressUrl: around.ingressUrl,
  operatorKey: around.secrets.operatorKey,
  emulatorUrl: around.stripe.emulatorUrl,
  identityUrl: around.identity.issuer,
  mailCaught: around.mail.catcherUrl !== null,
  demo: settings.BURSAR_DEMO,
  dataDir: settings.BURSAR_DATA_DIR,
  queue: settings.REDIS_URL ? 'Redis' : 'PostgreSQL',
  seconds,
});

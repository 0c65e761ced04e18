import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setting, type Environment } from '@bursar/service-host';
import type { Boot } from '../boot.ts';
import { CannotStart } from '../cannot-start.ts';
import type { KeptSecrets } from '../data-folder/keep-secrets.ts';
import type { IdentitySide } from '../identity-side.ts';
import type { MailSide, StripeSide } from '../outside-world.ts';
import { handOver } from '../settings/read-standalone-settings.ts';
import { startChild } from './child-service.ts';

const READY_MS = 60_000;
const ASK_MS = 5_000;
const ASK_EVERY_MS = 50;

/** What the services are told that the environment may not say. */
export interface Surroundings {
  databaseUrl: string;
  ingressUrl: string;
  publicUrl: string;
  port: number;
  stripe: StripeSide;
  mail: MailSide;
  identity: IdentitySide;
  secrets: KeptSecrets;
}

/** Starts the worker and the ingress at once, and waits until the ingress is ready. */
export async function runServices(boot: Boot, around: Surroundings): Promise<void> {
  const env = { ...boot.env, ...handOver(settingsOf(boot, around)) };
  const logs = join(boot.settings.BURSAR_DATA_DIR, 'logs');
  mkdirSync(logs, { recursive: true });
  // They stop in the reverse of this order: the ingress takes nothing more, then the worker ends.
  const starting = ['worker', 'ingress'].map((name) => {
    const entry = new URL(import.meta.resolve(`@bursar/${name}`).replace(/index\.ts$/, 'main.ts'));
    return startChild({ name, entry, env, logFile: join(logs, `${name}.log`) }, boot);
  });
  await Promise.all(starting);
  await untilReady(around.ingressUrl);
}

function settingsOf(
  { settings, env }: Boot,
  around: Surroundings,
): Record<string, string | undefined> {
  const { stripe, mail, identity, secrets } = around;
  return {
    DATABASE_URL: around.databaseUrl,
    PUBLIC_URL: around.publicUrl,
    PORT: String(around.port),
    HOST: settings.HOST,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_API_URL: stripe.apiUrl,
    STRIPE_LIVEMODE: stripe.secretKey.includes('_live_') ? '1' : '0',
    STRIPE_WEBHOOK_SECRETS: stripe.webhookSecrets,
    SMTP_URL: mail.smtpUrl,
    MAIL_CATCHER_URL: mail.catcherUrl ?? undefined,
    ...identity.settings,
    BURSAR_SECRET: secrets.secret,
    BURSAR_OPERATOR_KEY: secrets.operatorKey,
    WEBHOOK_ALLOW_LOOPBACK: webhooksStayHere(env, around.publicUrl) ? '1' : '0',
  };
}

/** A start that nobody else can reach is one for development: receivers run beside it, without TLS. */
export const webhooksStayHere = (env: Environment, publicUrl: string): boolean =>
  setting.flag.optional().parse(env['WEBHOOK_ALLOW_LOOPBACK'] || undefined) ??
  ['127.0.0.1', 'localhost'].includes(new URL(publicUrl).hostname);

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const limit = { signal: AbortSignal.timeout(ASK_MS) };
    const response = await fetch(`${url}/readyz`, limit).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    if (performance.now() > deadline) {
      throw new CannotStart(
        `${url}/readyz did not become ready within ${READY_MS / 1_000} seconds; its answer names what is missing.`,
      );
    }
    await sleep(ASK_EVERY_MS);
  }
}

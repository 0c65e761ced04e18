import { resolve } from 'node:path';
import { setting } from '@bursar/service-host';
import { z } from 'zod';

/** What `npm start` reads itself; everything else in the environment reaches the services untouched. */
export const StandaloneSettings = z.object({
  PORT: setting.port.default(8_080),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: setting.url(['http', 'https']).optional(),
  BURSAR_DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(path)),
  BURSAR_DEMO: setting.flag.default(true),
  BURSAR_SECRET: setting.secret.optional(),
  BURSAR_OPERATOR_KEY: z
    .string()
    .regex(/^[!-~]{16,255}$/, 'must be 16 to 255 visible ASCII characters')
    .optional(),
  DATABASE_URL: setting.url(['postgres', 'postgresql']).optional(),
  REDIS_URL: z.string().optional(),
  ALLOW_UNSAFE_REDIS: setting.flag.default(false),
  QUEUE_PREFIX: z.string().optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a Stripe key such as sk_test_… or rk_live_…')
    .optional(),
  STRIPE_API_URL: setting.url(['http', 'https']).optional(),
  STRIPE_WEBHOOK_SECRETS: z.string().optional(),
  STRIPE_EMULATOR_PORT: setting.port.default(12_111),
  OIDC_ISSUER: setting.url(['https', 'http']).optional(),
  OPERATORS: z.string().optional(),
  DEV_IDENTITY_PORT: setting.port.default(12_112),
  SMTP_URL: setting.url(['smtp', 'smtps']).optional(),
});
export type StandaloneSettings = z.output<typeof StandaloneSettings>;

/** The same settings as text, before each of them was judged by itself. */
export const RawSettings = z.object(
  Object.fromEntries(
    Object.keys(StandaloneSettings.shape).map((name) => [name, z.string().optional()]),
  ) as Record<keyof StandaloneSettings, z.ZodOptional<z.ZodString>>,
);
type RawSettings = z.output<typeof RawSettings>;

/** Settings that are fine alone and wrong together. */
export function contradictions(raw: RawSettings, nodeEnv: string | undefined): string[] {
  const faults: string[] = [];
  if (raw.STRIPE_API_URL && /_live_/.test(raw.STRIPE_SECRET_KEY ?? '')) {
    faults.push(
      'STRIPE_API_URL: must be unset with a live Stripe key, which is sent to Stripe only',
    );
  }
  if (raw.STRIPE_API_URL && !raw.STRIPE_SECRET_KEY) {
    faults.push(
      'STRIPE_API_URL: needs STRIPE_SECRET_KEY, a test key of that host; unset it to use the emulator',
    );
  }
  if (raw.STRIPE_SECRET_KEY && !raw.STRIPE_WEBHOOK_SECRETS) {
    faults.push(
      'STRIPE_WEBHOOK_SECRETS: is needed with STRIPE_SECRET_KEY: the whsec_… of the webhook endpoint that points to PUBLIC_URL/webhooks/stripe',
    );
  }
  if (!raw.STRIPE_SECRET_KEY && nodeEnv === 'production') {
    faults.push(
      'STRIPE_SECRET_KEY: is needed with NODE_ENV=production, where the emulator refuses to run; set it, or unset NODE_ENV',
    );
  }
  const ports = {
    ingress: raw.PORT ?? '8080',
    emulator: raw.STRIPE_EMULATOR_PORT ?? '12111',
    identity: raw.DEV_IDENTITY_PORT ?? '12112',
  };
  if (!raw.STRIPE_SECRET_KEY && ports.ingress === ports.emulator && Number(ports.ingress) > 0) {
    faults.push('STRIPE_EMULATOR_PORT: must differ from PORT');
  }
  const others = raw.STRIPE_SECRET_KEY ? [ports.ingress] : [ports.ingress, ports.emulator];
  if (!raw.OIDC_ISSUER && others.includes(ports.identity) && Number(ports.identity) > 0) {
    faults.push('DEV_IDENTITY_PORT: must differ from PORT and STRIPE_EMULATOR_PORT');
  }
  return faults;
}

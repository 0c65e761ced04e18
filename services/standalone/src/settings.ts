import { resolve } from 'node:path';
import { setting } from '@bursar/service-host';
import { z } from 'zod';

/** What `npm start` reads itself; everything else in the environment reaches the services untouched. */
export const StandaloneSettings = z
  .object({
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
    STRIPE_SECRET_KEY: z
      .string()
      .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a Stripe key such as sk_test_… or rk_live_…')
      .optional(),
    STRIPE_API_URL: setting.url(['http', 'https']).optional(),
    STRIPE_WEBHOOK_SECRETS: z.string().optional(),
    STRIPE_EMULATOR_PORT: setting.port.default(12_111),
    SMTP_URL: setting.url(['smtp', 'smtps']).optional(),
  })
  .superRefine((settings, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (settings.STRIPE_API_URL && /_live_/.test(settings.STRIPE_SECRET_KEY ?? '')) {
      fault('STRIPE_API_URL', 'must be unset with a live Stripe key, which is sent to Stripe only');
    }
    if (settings.STRIPE_API_URL && !settings.STRIPE_SECRET_KEY) {
      fault(
        'STRIPE_API_URL',
        'needs STRIPE_SECRET_KEY, a test key of that host; unset it to use the emulator',
      );
    }
    if (settings.STRIPE_SECRET_KEY && !settings.STRIPE_WEBHOOK_SECRETS) {
      fault(
        'STRIPE_WEBHOOK_SECRETS',
        'is needed with STRIPE_SECRET_KEY: the whsec_… of the webhook endpoint that points to PUBLIC_URL/webhooks/stripe',
      );
    }
  });
export type StandaloneSettings = z.output<typeof StandaloneSettings>;

import { join } from 'node:path';
import { startMailCatcher } from '@bursar/embedded/mail-catcher';
import { startStripeEmulator } from '@bursar/stripe-emulator';
import type { Boot } from './boot.ts';

/** What the services need of Stripe: the real one as configured, or the emulator. */
export interface StripeSide {
  secretKey: string;
  apiUrl: string | undefined;
  webhookSecrets: string;
  emulatorUrl: string | null;
}

/** Where the emulator keeps what it knows. */
export const stripeFileOf = (settings: Boot['settings']): string =>
  join(settings.BURSAR_DATA_DIR, 'stripe-emulator.json');

export async function bootStripe(
  { settings, running }: Boot,
  at: { emulatorPort: number; ingressUrl: string },
): Promise<StripeSide> {
  const given = settings.STRIPE_WEBHOOK_SECRETS;
  if (settings.STRIPE_SECRET_KEY !== undefined) {
    return {
      secretKey: settings.STRIPE_SECRET_KEY,
      apiUrl: settings.STRIPE_API_URL,
      webhookSecrets: given ?? '',
      emulatorUrl: null,
    };
  }
  const first = given?.split(',')[0]?.trim();
  const emulator = await startStripeEmulator({
    port: at.emulatorPort,
    dataFile: stripeFileOf(settings),
    webhook: { url: `${at.ingressUrl}/webhooks/stripe`, ...(first ? { secret: first } : {}) },
    seed: 'packs',
  });
  running({ name: 'Stripe emulator', stop: () => emulator.stop() });
  return {
    secretKey: 'sk_test_bursar_emulator',
    apiUrl: emulator.url,
    webhookSecrets: given ?? emulator.webhookSecret,
    emulatorUrl: emulator.url,
  };
}

export interface MailSide {
  smtpUrl: string;
  /** Null when mail really leaves. */
  catcherUrl: string | null;
}

export async function bootMail({ settings, running }: Boot): Promise<MailSide> {
  if (settings.SMTP_URL !== undefined) return { smtpUrl: settings.SMTP_URL, catcherUrl: null };
  const catcher = await startMailCatcher({ dataDir: settings.BURSAR_DATA_DIR, host: '127.0.0.1' });
  running({ name: 'mail catcher', stop: () => catcher.stop() });
  return { smtpUrl: catcher.smtpUrl, catcherUrl: catcher.httpUrl };
}

import { formatAmount, MICRO_PER_CREDIT, PACKS, parseAmount } from '@bursar/contracts';
import {
  chargeStep,
  connectStripe,
  minorPerMajor,
  type SetUpPlan,
  type SetUpReport,
} from '@bursar/payments';
import { readSettings, setting } from '@bursar/service-host';
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandFailed } from '../command-failed.ts';
import { print, table, voiceOf } from '../output.ts';

const StripeSettings = z.object({
  STRIPE_SECRET_KEY: z.string({ error: 'is needed: a secret or restricted key of the account' }),
  STRIPE_API_URL: setting.url(['http', 'https']).optional(),
  PUBLIC_URL: setting.url(['http', 'https']),
  CREDITS_PER_UNIT: z
    .string()
    .refine((text) => parseAmount(text).ok, 'must be a positive decimal such as 100')
    .default('100'),
  CREDIT_CURRENCY: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be a currency code such as usd')
    .default('usd'),
});

/** `bursar stripe setup`: brings a Stripe account to what the installation needs. */
export function addStripe(program: Command): void {
  program
    .command('stripe')
    .description('prepare a Stripe account')
    .command('setup')
    .description(
      'create or mend products, prices, the portal and the webhook endpoint; safe to repeat',
    )
    .option('--dry-run', 'say what would be done and change nothing')
    .action(async (options: { dryRun?: boolean }, command: Command) => {
      const dryRun = options.dryRun ?? false;
      const report = await setUp(dryRun);
      print(voiceOf(command), { dry_run: dryRun, ...wire(report) }, () => inWords(report, dryRun));
    });
}

async function setUp(dryRun: boolean): Promise<SetUpReport> {
  const settings = readSettings(StripeSettings, process.env);
  const gateway = connectStripe({
    secretKey: settings.STRIPE_SECRET_KEY,
    apiUrl: settings.STRIPE_API_URL,
  });
  try {
    return await gateway.setUp(planOf(settings), dryRun);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(
      `Stripe could not be set up (${reason}). What was done stays; mend the fault and run it again. docs/stripe.md lists the permissions that the key needs.`,
      2,
    );
  }
}

function planOf(settings: z.output<typeof StripeSettings>): SetUpPlan {
  const { CREDIT_CURRENCY: currency } = settings;
  const rate = parseAmount(settings.CREDITS_PER_UNIT);
  if (!rate.ok) throw new Error('CREDITS_PER_UNIT passed its check but does not parse.');
  const minor = minorPerMajor(currency);
  const step = chargeStep(currency);
  const worth = rate.micro * step;
  const publicUrl = settings.PUBLIC_URL.replace(/\/+$/, '');
  return {
    currency,
    packs: PACKS.map(({ id, credits }) => {
      const micro = BigInt(credits) * MICRO_PER_CREDIT;
      // Up to what can be charged, as orders are priced.
      const subtotal = ((micro * minor + worth - 1n) / worth) * step;
      return { id, credits: formatAmount(micro), subtotal: Number(subtotal) };
    }),
    webhookUrl: `${publicUrl}/webhooks/stripe`,
    returnUrl: publicUrl,
  };
}

const wire = ({ changes, webhookSecret }: SetUpReport) => ({
  changes,
  webhook_secret: webhookSecret,
});

function inWords({ changes, webhookSecret }: SetUpReport, dryRun: boolean): string {
  const rows = changes.map((one) => [one.action, one.object, one.key, one.id ?? '', one.detail]);
  const lines = [table(['', 'object', 'key', 'id', 'detail'], rows)];
  if (dryRun) lines.push('', 'Nothing was changed.');
  if (webhookSecret !== null) {
    lines.push(
      '',
      'Add this to STRIPE_WEBHOOK_SECRETS now; Stripe does not tell it again:',
      webhookSecret,
    );
  }
  return lines.join('\n');
}

import { parseAmount } from '@bursar/contracts';
import { setting } from '@bursar/service-host';
import { z } from 'zod';
import { WORKER_ROLES, type WorkerRole } from './roles.ts';

/** Everything the worker reads from its environment; the contract page says what each one means. */
export const WorkerSettings = z.object({
  DATABASE_URL: setting.url(['postgres', 'postgresql']),
  REDIS_URL: z.string().optional(),
  ALLOW_UNSAFE_REDIS: setting.flag.default(false),
  CHARGE_SHARDS: setting.integer(1, 64).default(2),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and "-"')
    .optional(),
  /** A job of a worker that died is taken over after at most both of these together. */
  JOB_LOCK_MS: setting.integer(1_000, 600_000).default(15_000),
  LOST_JOB_CHECK_MS: setting.integer(250, 600_000).default(5_000),
  /** The same as the ingress's: it opens the secrets of webhooks. */
  BURSAR_SECRET: setting.secret,
  /** For development: webhooks may go to this machine, and there without TLS. */
  WEBHOOK_ALLOW_LOOPBACK: setting.flag.default(false),
  STRIPE_SECRET_KEY: z
    .string({ error: 'is needed: a secret or restricted key of your Stripe account' })
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a Stripe key such as sk_test_… or rk_live_…'),
  STRIPE_API_URL: setting.url(['http', 'https']).optional(),
  SMTP_URL: setting.url(['smtp', 'smtps']),
  MAIL_FROM: z.string().min(3).max(254).default('Bursar <bursar@localhost>'),
  PUBLIC_URL: setting.url(['http', 'https']),
  /** The same as the ingress's: top-ups buy at this price, within these limits. */
  CREDITS_PER_UNIT: z
    .string()
    .refine((text) => parseAmount(text).ok, 'must be a positive decimal such as 100')
    .default('100'),
  CREDIT_CURRENCY: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be a currency code in lower case, such as usd')
    .default('usd'),
  PURCHASE_MIN: setting.integer(1, 99_999_999).optional(),
  PURCHASE_MAX: setting.integer(1, 99_999_999).optional(),
  CREDIT_EXPIRY_MONTHS: setting.integer(0, 1_200).default(12),
  /** Purchases are not refunded beyond this many days, unless an operator overrides it. */
  REFUND_WINDOW_DAYS: setting.integer(0, 3_650).default(0),
  FRAUD_WARNINGS: z.enum(['freeze', 'refund']).default('freeze'),
  /** Per wallet and hour; 0 is any number. */
  CHECKOUTS_PER_HOUR: setting.integer(0, 10_000).default(30),
  FAILED_PAYMENTS_PER_HOUR: setting.integer(0, 10_000).default(10),
  STRIPE_AUTOMATIC_TAX: setting.flag.default(false),
  STRIPE_ADAPTIVE_PRICING: setting.flag.default(false),
  /** Credits; unset, wallets without a limit of their own may owe any amount. */
  DEFAULT_OVERDRAFT_LIMIT: z
    .string()
    .transform((value, context): bigint => {
      const parsed = parseAmount(value);
      if (value === '0') return 0n;
      if (parsed.ok) return parsed.micro;
      context.addIssue(
        'must be credits such as 0, 100 or 12.5; unset it to let wallets owe any amount',
      );
      return z.NEVER;
    })
    .optional(),
  REVERSAL_GRACE_DAYS: setting.integer(0, 365).default(7),
  /** Months of history in the hot tables; older ones are detached into the archive. 0 keeps all. */
  HISTORY_ONLINE_MONTHS: setting.integer(0, 1_200).default(0),
  RECONCILIATION_GRACE_SECONDS: setting.integer(0, 86_400).default(900),
  RECONCILIATION_REPAIRS_MAX: setting.integer(0, 10_000).default(50),
  RECONCILIATION_CALLS_MAX: setting.integer(10, 1_000_000).default(5_000),
  WORKER_ROLES: setting.list
    .pipe(z.array(z.enum(WORKER_ROLES, `must name roles out of ${WORKER_ROLES.join(', ')}`)).min(1))
    .default([...WORKER_ROLES] as WorkerRole[]),
  WORKER_PORT: setting.port.optional(),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type WorkerSettings = z.output<typeof WorkerSettings>;

import { PACKS, parseAmount, parseRateLimit, type RateLimit } from '@bursar/contracts';
import { readSettings, setting, SettingsError, type Environment } from '@bursar/service-host';
import { z } from 'zod';
import type { EventWindow } from '../events/event-window.ts';
import type { KeyLimits } from '../limits/rate-limiter.ts';
import type { QueueLoadLimits } from '../overload/queue-load.ts';
import { priceList, type PriceList } from '../purchases/price-list.ts';
import {
  RawSignInSettings,
  SIGN_IN_SETTINGS,
  signInContradictions,
  signInSettings,
  type SignInSettings,
} from '../sign-in/sign-in-settings.ts';

/** A limit such as 600/60s; `null` for `off`. */
const rateLimit = z.string().transform((text, context): RateLimit | null => {
  const limit = parseRateLimit(text);
  if (limit !== undefined) return limit;
  context.addIssue({
    code: 'custom',
    message: 'must look like 600/60s (600 in 60 seconds), or be off',
  });
  return z.NEVER;
});

/** Amounts in major units, such as 50,100,500. */
const majorUnits = setting.list.pipe(
  z
    .array(z.string().regex(/^[1-9]\d{0,5}$/, 'must be whole amounts such as 50,100,500'))
    .max(12)
    .transform((list) => list.map(BigInt)),
);

const packIds = setting.list.pipe(z.array(z.enum(PACKS.map(({ id }) => id))));

/** The environment of the ingress, as strings; every message says what to write instead. */
export const INGRESS_SETTINGS = z.object({
  PORT: setting.port.default(8080),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: setting.url(['postgres', 'postgresql']),
  REDIS_URL: z.string().optional(),
  PUBLIC_URL: setting.url(['http', 'https']).optional(),
  STRIPE_WEBHOOK_SECRETS: setting.list.default([]),
  STRIPE_LIVEMODE: setting.flag.default(false),
  BURSAR_SECRET: setting.secret,
  BURSAR_OPERATOR_KEY: z.string().min(16, 'must have at least 16 characters').max(512).optional(),
  CREDITS_PER_UNIT: z
    .string()
    .refine((text) => parseAmount(text).ok, 'must be a positive decimal such as 100')
    .default('100'),
  CREDIT_CURRENCY: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be a currency code in lower case, such as usd')
    .default('usd'),
  CREDIT_EXPIRY_MONTHS: setting.integer(0, 1_200).default(12),
  PURCHASE_MIN: setting.integer(1, 99_999_999).optional(),
  PURCHASE_MAX: setting.integer(1, 99_999_999).optional(),
  PURCHASE_STEP: setting.integer(1, 1_000_000).optional(),
  PURCHASE_PRESETS_USER: majorUnits.optional(),
  PURCHASE_PRESETS_ORGANIZATION: majorUnits.optional(),
  PACKS_USER: packIds.optional(),
  PACKS_ORGANIZATION: packIds.optional(),
  QUOTE_SECONDS: setting.integer(30, 86_400).default(900),
  EVENT_PAST_DAYS: setting.integer(0, 36_500).default(30),
  EVENT_FUTURE_SECONDS: setting.integer(0, 86_400).default(300),
  MAIL_CATCHER_URL: setting.url(['http']).optional(),
  CONSOLE_DIR: z.string().optional(),
  WEBHOOK_ALLOW_LOOPBACK: setting.flag.default(false),
  CHARGE_SHARDS: setting.integer(1, 64).default(2),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and "-"')
    .optional(),
  RATE_LIMIT_WRITES: rateLimit.prefault('120000/60s'),
  RATE_LIMIT_READS: rateLimit.prefault('60000/60s'),
  RATE_LIMIT_BURST: rateLimit.prefault('4000/1s'),
  RATE_LIMIT_PERSON_WRITES: rateLimit.prefault('1200/60s'),
  RATE_LIMIT_PERSON_READS: rateLimit.prefault('6000/60s'),
  RATE_LIMIT_PERSON_BURST: rateLimit.prefault('200/1s'),
  RATE_LIMIT_UNAUTHENTICATED: rateLimit.prefault('120/60s'),
  TRUST_PROXY: setting.integer(0, 10).default(0),
  QUEUE_AGE_MAX_SECONDS: setting.integer(1, 86_400).default(30),
  QUEUE_MEGABYTES_MAX: setting.integer(1, 65_536).default(64),
  BODY_MEGABYTES_MAX: setting.integer(1, 4_096).default(64),
  ...SIGN_IN_SETTINGS,
  ADMIN_PORT: setting.port.default(0),
  ALLOW_UNSAFE_REDIS: setting.flag.default(false),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')
    .default('info'),
});

/** What an ingress is told; `main` reads it from the environment, others may fill it in. */
export interface IngressSettings {
  host: string;
  /** 0: any free port. */
  port: number;
  /** For links; without a slash at its end. */
  publicUrl: string;
  /** At least 32 characters; ids, keys and cursors depend on it. */
  secret: string;
  operatorKey?: string | undefined;
  stripeWebhookSecrets: readonly string[];
  /** Whether events of real money are expected. */
  stripeLivemode: boolean;
  prices: PriceList;
  /** How far the time of a usage event may lie from now; 30 days back and five minutes ahead by default. */
  eventWindow?: EventWindow | undefined;
  /** The mail catcher's address, shown below /dev/mail. */
  mailCatcherUrl?: string | undefined;
  /** Where the built console lies; beside the ingress unless told otherwise. */
  consoleDir?: string | undefined;
  /** For development: webhooks may be sent to this machine, and there without TLS. */
  webhookAllowLoopback: boolean;
  /** How people sign in; without it nobody does. */
  signIn?: SignInSettings | undefined;
  /** Where /metrics is served; 0: nowhere. */
  adminPort: number;
  limits: OverloadLimits;
}

/** What keeps one caller, or all together, from taking more than there is. */
export interface OverloadLimits {
  /** Of a product key without limits of its own. */
  key: KeyLimits;
  /** Requests without a valid key, by the network they come from. */
  /** Each person's, through whichever keys. */
  person: KeyLimits;
  unauthenticated: RateLimit | null;
  /** How many proxies in front are ours, and tell the true address. */
  trustedProxies: number;
  queue: QueueLoadLimits;
  /** All bodies under way together. */
  bodyBytes: number;
}

/** The settings of a process, with what it needs to connect. */
export interface ProcessSettings extends IngressSettings {
  databaseUrl: string;
  redisUrl: string | undefined;
  chargeShards: number;
  /** Keeps installations that share one Redis apart. */
  queuePrefix: string | undefined;
  allowUnsafeRedis: boolean;
  logLevel: string;
}

const MEGABYTE = 1024 * 1024;

/** Throws a SettingsError that lists every fault. */
export function readIngressSettings(env: Environment): ProcessSettings {
  const read = readAll(env);
  const rate = parseAmount(read.CREDITS_PER_UNIT);
  if (!rate.ok) throw new Error('CREDITS_PER_UNIT passed its check but does not parse.');
  return {
    host: read.HOST,
    port: read.PORT,
    publicUrl: (read.PUBLIC_URL ?? `http://${read.HOST}:${read.PORT}`).replace(/\/+$/, ''),
    secret: read.BURSAR_SECRET,
    operatorKey: read.BURSAR_OPERATOR_KEY,
    stripeWebhookSecrets: read.STRIPE_WEBHOOK_SECRETS,
    stripeLivemode: read.STRIPE_LIVEMODE,
    prices: priceList({
      currency: read.CREDIT_CURRENCY,
      microPerMajor: rate.micro,
      expiryMonths: read.CREDIT_EXPIRY_MONTHS,
      minimum: read.PURCHASE_MIN === undefined ? undefined : BigInt(read.PURCHASE_MIN),
      maximum: read.PURCHASE_MAX === undefined ? undefined : BigInt(read.PURCHASE_MAX),
      step: read.PURCHASE_STEP === undefined ? undefined : BigInt(read.PURCHASE_STEP),
      quoteSeconds: read.QUOTE_SECONDS,
      presets: {
        user: read.PURCHASE_PRESETS_USER,
        organization: read.PURCHASE_PRESETS_ORGANIZATION,
      },
      packs: { user: read.PACKS_USER, organization: read.PACKS_ORGANIZATION },
    }),
    eventWindow: {
      pastMs: read.EVENT_PAST_DAYS * 86_400_000,
      futureMs: read.EVENT_FUTURE_SECONDS * 1_000,
    },
    mailCatcherUrl: read.MAIL_CATCHER_URL,
    consoleDir: read.CONSOLE_DIR,
    webhookAllowLoopback: read.WEBHOOK_ALLOW_LOOPBACK,
    signIn: signInSettings(read),
    adminPort: read.ADMIN_PORT,
    limits: {
      key: {
        writes: read.RATE_LIMIT_WRITES,
        reads: read.RATE_LIMIT_READS,
        burst: read.RATE_LIMIT_BURST,
      },
      person: {
        writes: read.RATE_LIMIT_PERSON_WRITES,
        reads: read.RATE_LIMIT_PERSON_READS,
        burst: read.RATE_LIMIT_PERSON_BURST,
      },
      unauthenticated: read.RATE_LIMIT_UNAUTHENTICATED,
      trustedProxies: read.TRUST_PROXY,
      queue: {
        ageMs: read.QUEUE_AGE_MAX_SECONDS * 1_000,
        bytes: read.QUEUE_MEGABYTES_MAX * MEGABYTE,
      },
      bodyBytes: read.BODY_MEGABYTES_MAX * MEGABYTE,
    },
    databaseUrl: read.DATABASE_URL,
    redisUrl: read.REDIS_URL,
    chargeShards: read.CHARGE_SHARDS,
    queuePrefix: read.QUEUE_PREFIX,
    allowUnsafeRedis: read.ALLOW_UNSAFE_REDIS,
    logLevel: read.LOG_LEVEL,
  };
}

/** Each setting by itself, and those that only make sense together; all faults at once. */
function readAll(env: Environment): z.output<typeof INGRESS_SETTINGS> {
  const faults: string[] = [];
  const collect = <Read>(read: () => Read): Read | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      faults.push(...error.faults.filter((fault) => !faults.includes(fault)));
      return undefined;
    }
  };
  const read = collect(() => readSettings(INGRESS_SETTINGS, env));
  const raw = collect(() => readSettings(RawSignInSettings, env));
  if (raw !== undefined) faults.push(...signInContradictions(raw));
  if (read !== undefined && faults.length === 0) return read;
  throw new SettingsError(faults);
}

import { existsSync, renameSync, rmSync } from 'node:fs';
import { connectDatabase, type Database } from '@bursar/ledger/administration';
import {
  createLogger,
  readSettings,
  stopAll,
  type Environment,
  type Part,
} from '@bursar/service-host';
import { connectPaymentJobs, WorkerSettings } from '@bursar/worker';
import { handOver } from '../../settings/read-standalone-settings.ts';
import { inThePast } from './past-clock.ts';
import { PastLife } from './past-life.ts';
import { startPastStripe } from './past-stripe.ts';
import { DAYS, gather, mendCard, STORY, tightenBudget } from './story.ts';
import { createChance, spendDay } from './usage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STATEMENT_MS = 30_000;
const SEED = 20_261;
/** Early enough for what takes hours before people begin to work. */
const MORNING_HOUR = 7;

export interface Telling {
  /** Of whoever migrates. */
  databaseUrl: string;
  /** Where the emulator of the present will look for what it kept. */
  stripeFile: string;
  secret: string;
  env: Environment;
}

/**
 * Gives an empty installation the three months before today, by the operations that everything else goes
 * through. All of it happens or nothing. Answers whether it did: an installation in which anything
 * happened already, at our side or at Stripe's, keeps the past it has.
 */
export async function tellPast(telling: Telling): Promise<boolean> {
  const owner = connectDatabase({
    url: telling.databaseUrl,
    role: 'owner',
    max: 1,
    statementTimeoutMs: STATEMENT_MS,
    name: 'bursar-demo',
  });
  try {
    if (existsSync(telling.stripeFile) || !(await isUnused(owner))) return false;
    if (!sellsAsTold(telling.env)) return false;
    await live(owner, telling);
    return true;
  } finally {
    await owner.end({ timeout: 5 });
  }
}

async function isUnused(db: Database): Promise<boolean> {
  const [row] = await db<{ unused: boolean }[]>`
    select not exists (select from bursar.wallets) and not exists (select from bursar.operations)
      and not exists (select from bursar.users) and not exists (select from bursar.organizations) as unused`;
  return row?.unused === true;
}

/** The story knows what a pack costs; who sells at another price has no use for it. */
const sellsAsTold = (env: Environment): boolean =>
  (env['CREDITS_PER_UNIT'] ?? '100') === '100' && (env['CREDIT_CURRENCY'] ?? 'usd') === 'usd';

async function live(owner: Database, telling: Telling): Promise<void> {
  // Renamed once the ledger's side is there, so that a crash leaves no payments without their orders.
  const dataFile = `${telling.stripeFile}.past`;
  rmSync(dataFile, { force: true });
  const now = new Date();
  const firstDay = midnightOf(now).getTime() - (DAYS - 1) * DAY_MS;
  const begins = new Date(firstDay + MORNING_HOUR * HOUR_MS);
  const stripe = await startPastStripe(dataFile, begins);
  const parts: Part[] = [{ name: 'past Stripe', stop: () => stripe.stop() }];
  const log = createLogger('demo', 'silent');
  try {
    await inThePast(owner, async (past) => {
      const settings = settingsOf(telling, stripe.url);
      const jobs = await connectPaymentJobs(past.db, settings, log, (part) => parts.push(part));
      await liveDays(new PastLife(past, stripe, jobs, begins), begins, now);
      await stripe.moveTo(new Date());
    });
  } finally {
    await stopAll(parts, log);
  }
  renameSync(dataFile, telling.stripeFile);
}

/** As the worker will be started, but for what does not run yet. */
const settingsOf = ({ databaseUrl, secret, env }: Telling, stripeUrl: string): WorkerSettings =>
  readSettings(WorkerSettings, {
    ...env,
    ...handOver({
      DATABASE_URL: databaseUrl,
      STRIPE_SECRET_KEY: 'sk_test_bursar_emulator',
      STRIPE_API_URL: stripeUrl,
      SMTP_URL: 'smtp://localhost',
      PUBLIC_URL: 'http://localhost',
      BURSAR_SECRET: secret,
    }),
  });

async function liveDays(life: PastLife, begins: Date, now: Date): Promise<void> {
  const chance = createChance(SEED);
  await life.moveTo(begins);
  const keys = await gather(life);
  for (let number = 0; number < DAYS; number += 1) {
    const starts = new Date(midnightOf(begins).getTime() + number * DAY_MS);
    // Nobody does things at the same minute each day.
    const minutes = (number * 7) % 50;
    const morning = new Date(starts.getTime() + MORNING_HOUR * HOUR_MS + minutes * 60_000);
    if (morning > now) break;
    if (morning > life.at) await life.moveTo(morning);
    await life.beginDay();
    await mendCard(life);
    await STORY[number]?.(life);
    const away = number > 9 && number < 26 ? ['emma'] : [];
    await spendDay(life, { number, starts }, { keys, chance, away, until: now });
  }
  await life.followStripe();
  await tightenBudget(life);
}

const midnightOf = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);

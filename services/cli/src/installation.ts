import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '@bursar/embedded/postgres';
import { connectDatabase, pingDatabase } from '@bursar/ledger/reads';
import { connectQueues, queueSettings, type Queues } from '@bursar/queues';
import { readSettings, setting, type Environment } from '@bursar/service-host';
import { z } from 'zod';
import { CommandFailed } from './command-failed.ts';

const CliSettings = z.object({
  DATABASE_URL: setting.url(['postgres', 'postgresql']).optional(),
  REDIS_URL: z.string().optional(),
  BURSAR_DATA_DIR: z.string().default('.data'),
  CHARGE_SHARDS: setting.integer(1, 64).default(2),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and "-"')
    .optional(),
  ALLOW_UNSAFE_REDIS: setting.flag.default(false),
});

/** The role with which the services use the queues' tables. */
export const QUEUE_ROLE = 'bursar_queue';

/** Which database and queue a command works on, and how to let go of them. */
export interface Installation {
  databaseUrl: string;
  redisUrl: string | undefined;
  chargeShards: number;
  prefix: string | undefined;
  allowUnsafeRedis: boolean;
  close(): Promise<void>;
}

/**
 * Runs work on the installation that the environment names, else on the one that runs from the data
 * folder, else on that folder's own database, started for as long as the work takes.
 *
 * @throws CommandFailed with exit code 2 when there is none, or its database does not answer.
 */
export async function withInstallation<Result>(
  env: Environment,
  work: (installation: Installation) => Promise<Result>,
): Promise<Result> {
  const installation = await findInstallation(env);
  try {
    await requireDatabase(installation.databaseUrl);
    return await work(installation);
  } finally {
    await installation.close();
  }
}

/** The same with the queues connected. */
export const withQueues = <Result>(
  env: Environment,
  work: (queues: Queues, installation: Installation) => Promise<Result>,
): Promise<Result> =>
  withInstallation(env, (installation) =>
    withQueuesOf(installation, (queues) => work(queues, installation)),
  );

/** Connects the queues of an installation for as long as the work takes. */
export async function withQueuesOf<Result>(
  installation: Installation,
  work: (queues: Queues) => Promise<Result>,
): Promise<Result> {
  const settings = queueSettings({ ...installation, databaseRole: QUEUE_ROLE });
  const queues = await connectQueues(settings, SILENT);
  try {
    return await work(queues);
  } finally {
    await queues.close();
  }
}

/** What is wrong reaches the operator as the error that ends the command. */
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function findInstallation(env: Environment): Promise<Installation> {
  const settings = readSettings(CliSettings, env);
  const common = {
    chargeShards: settings.CHARGE_SHARDS,
    prefix: settings.QUEUE_PREFIX,
    allowUnsafeRedis: settings.ALLOW_UNSAFE_REDIS,
  };
  const redisUrl = settings.REDIS_URL;
  if (settings.DATABASE_URL !== undefined) {
    return { ...common, databaseUrl: settings.DATABASE_URL, redisUrl, close: nothingToClose };
  }
  const dataDir = resolve(settings.BURSAR_DATA_DIR);
  const running = readRuntime(join(dataDir, 'runtime.json'));
  if (running === null) return { ...common, ...(await startStopped(dataDir)), redisUrl };
  return {
    ...common,
    databaseUrl: running.databaseUrl,
    redisUrl: redisUrl ?? running.redisUrl ?? undefined,
    close: nothingToClose,
  };
}

const nothingToClose = async (): Promise<void> => undefined;

const Runtime = z.object({
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  pid: z.number(),
});

/** What `npm start` says of itself; a file left behind by one that was killed says nothing. */
function readRuntime(file: string): z.infer<typeof Runtime> | null {
  if (!existsSync(file)) return null;
  const runtime = Runtime.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!runtime.success) return null;
  return existsSync(`/proc/${runtime.data.pid}`) || !existsSync('/proc') ? runtime.data : null;
}

async function startStopped(dataDir: string): Promise<Pick<Installation, 'databaseUrl' | 'close'>> {
  if (!existsSync(join(dataDir, 'secrets.json'))) {
    throw new CommandFailed(
      `There is no installation in ${dataDir}. Start Bursar with npm start, set BURSAR_DATA_DIR to its folder, or set DATABASE_URL.`,
      2,
    );
  }
  const server = await startEmbeddedPostgres({ dataDir, durable: true });
  const url = new URL(server.url);
  url.pathname = '/bursar';
  return { databaseUrl: url.href, close: () => server.stop() };
}

/** Asked first, because what a driver says of a server that is away does not say what to do. */
async function requireDatabase(databaseUrl: string): Promise<void> {
  const db = connectDatabase({ url: databaseUrl, role: 'owner', max: 1, name: 'bursar-cli' });
  try {
    await pingDatabase(db);
  } catch (error) {
    const { host, pathname } = new URL(databaseUrl);
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(
      `The database ${pathname.slice(1)} at ${host} cannot be used (${reason}). Start it with npm start, or mend DATABASE_URL.`,
      2,
    );
  } finally {
    await db.end({ timeout: 5 });
  }
}

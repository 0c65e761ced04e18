import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '@bursar/embedded/postgres';
import { connectQueues, queueSettings, type Queues } from '@bursar/queues';
import { readSettings, setting, type Environment } from '@bursar/service-host';
import { z } from 'zod';
import { CommandFailed } from './command-failed.ts';

const CliSettings = z.object({
  DATABASE_URL: setting.url(['postgres', 'postgresql']).optional(),
  REDIS_URL: z.string().optional(),
  BURSAR_DATA_DIR: z.string().default('.data'),
  CHARGE_SHARDS: setting.integer(1, 64).default(2),
  ALLOW_UNSAFE_REDIS: setting.flag.default(false),
});

/** Which database and queue a command works on, and how to let go of them. */
export interface Installation {
  databaseUrl: string;
  redisUrl: string | undefined;
  chargeShards: number;
  allowUnsafeRedis: boolean;
  close(): Promise<void>;
}

/**
 * The installation that the environment names, else the one that runs from the data folder, else the
 * data folder's own database, started for as long as the command takes.
 */
export async function findInstallation(env: Environment): Promise<Installation> {
  const settings = readSettings(CliSettings, env);
  const common = {
    chargeShards: settings.CHARGE_SHARDS,
    allowUnsafeRedis: settings.ALLOW_UNSAFE_REDIS,
  };
  if (settings.DATABASE_URL !== undefined) {
    return {
      ...common,
      databaseUrl: settings.DATABASE_URL,
      redisUrl: settings.REDIS_URL,
      close: async () => undefined,
    };
  }
  const dataDir = resolve(settings.BURSAR_DATA_DIR);
  const running = readRuntime(join(dataDir, 'runtime.json'));
  if (running !== null) {
    const redisUrl = settings.REDIS_URL ?? running.redisUrl ?? undefined;
    return { ...common, databaseUrl: running.databaseUrl, redisUrl, close: async () => undefined };
  }
  return { ...common, ...(await startStopped(dataDir)), redisUrl: settings.REDIS_URL };
}

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
      `There is no installation in ${dataDir}. Run npm start there, set BURSAR_DATA_DIR, or set DATABASE_URL.`,
      2,
    );
  }
  const server = await startEmbeddedPostgres({ dataDir, durable: true });
  const url = new URL(server.url);
  url.pathname = '/bursar';
  return { databaseUrl: url.href, close: () => server.stop() };
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs work that needs the queues, and closes them whatever happens. */
export async function withQueues<Result>(
  env: Environment,
  work: (queues: Queues, installation: Installation) => Promise<Result>,
): Promise<Result> {
  const installation = await findInstallation(env);
  try {
    const queues = await connectQueues(queueSettings(installation), SILENT);
    try {
      return await work(queues, installation);
    } finally {
      await queues.close();
    }
  } finally {
    await installation.close();
  }
}

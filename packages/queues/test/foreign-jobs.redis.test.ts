import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedisBacking } from './harness/backing.ts';
import { describeWithRedis } from './harness/describe-with-redis.ts';
import { withRig } from './harness/rig.ts';
import { sampleCharge } from './harness/sample-jobs.ts';

describeWithRedis('a job that another release enqueued', () => {
  let backing: Awaited<ReturnType<typeof startRedisBacking>>;
  beforeAll(async () => {
    backing = await startRedisBacking();
  });
  afterAll(() => backing.remove());

  /** Adds past our own checks, as a release with another catalog would. */
  async function addForeign(prefix: string, queueName: string, job: string, data: object) {
    const connection = new Redis(backing.url);
    const queue = new Queue(queueName, { connection, prefix: `{${prefix}:${queueName}}` });
    await queue.add(job, data, { jobId: 'foreign', attempts: 100, backoff: { type: 'capped' } });
    await queue.close();
    connection.disconnect();
  }

  it('with one unreadable charge has the others applied and only that one parked', () =>
    withRig(backing, async ({ queues, settings, work }) => {
      const good = sampleCharge('good');
      const unreadable = { ...sampleCharge('bad'), amount: '1.5' };
      await addForeign(settings.prefix, 'charges-0', 'apply-charges', {
        items: [unreadable, good],
      });
      const applied: string[] = [];
      await work({
        'apply-charges': async (items) => {
          applied.push(...items.map(({ product }) => product));
          return items.map(() => ({ status: 'done' }));
        },
      });
      await expect.poll(() => queues.inspect('foreign')).toBeDefined();
      expect(applied).toEqual(['good']);
      const letter = await queues.inspect('foreign');
      expect(letter?.payload).toEqual({ items: [unreadable] });
      expect(letter?.reason).toContain(`charge ${unreadable.key}`);
    }));

  it('under a name unknown here waits for a worker that knows it', () =>
    withRig(backing, async ({ queues, settings, work }) => {
      await addForeign(settings.prefix, 'notices', 'notify-by-carrier-pigeon', {});
      await work({ notify: async () => {} });
      await expect.poll(async () => (await queues.counts())['notices']?.delayed).toBe(1);
      expect(await queues.listDeadLetters({ limit: 10 })).toEqual([]);
    }));

  it('with a payload that does not fit is parked with the reason', () =>
    withRig(backing, async ({ queues, settings, work }) => {
      await addForeign(settings.prefix, 'notices', 'notify', { fact: 'not a number' });
      await work({ notify: async () => {} });
      await expect.poll(() => queues.inspect('foreign')).toBeDefined();
      expect((await queues.inspect('foreign'))?.reason).toContain('fact');
    }));
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../../packages/queues/test/harness/handlers-of.ts';
import { createRedis, redisMissing } from '../../packages/queues/test/harness/local-redis.ts';
import { didNotRun } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { completionOf, fateOf, paidUnheard } from './paid-session.ts';

const LIMIT_MS = 300_000;
const defect = async (): Promise<void> => {
  throw new Error('A defect of this release');
};

const missing = redisMissing();
if (missing !== undefined) didNotRun('jobs of events that are lost', missing);
else {
  describe('jobs of events that are lost', { timeout: LIMIT_MS }, () => {
    let system: WholeSystem;
    let redis: Awaited<ReturnType<typeof createRedis>>;
    beforeAll(async () => {
      redis = await createRedis();
      await redis.start();
      system = await startWholeSystem({ backend: 'redis', redisUrl: redis.url, worker: 'none' });
    }, LIMIT_MS);
    afterAll(async () => {
      await expectSoundLedger(system.database);
      await system.stop();
      await redis.remove();
    });

    const paymentsJobs = async () => {
      const counts = (await system.queues.counts())['payments'];
      return (counts?.waiting ?? 0) + (counts?.active ?? 0) + (counts?.delayed ?? 0);
    };

    it('payment case 6: an event that was stored while Redis was down is found by the sweeper', async () => {
      let worker = await system.startWorker();
      const order = await paidUnheard(system);
      const event = await completionOf(system, order);
      await untilQuiet(system, 60_000);
      await worker.stop();
      await redis.stop();
      await system.emulator.resend(event.id);
      await until('Stripe was turned away', async () => {
        const deliveries = await system.emulator.delivered();
        return deliveries.some(
          (one) => one.event === event.id && one.attempts.some(({ status }) => status === 503),
        );
      });
      await redis.start();
      await until('the queues answer', async () => (await paymentsJobs()) === 0);
      const { db } = system.database;
      expect(await db`select status from bursar.stripe_events where id = ${event.id}`).toEqual([
        { status: 'received' },
      ]);
      // The sweeper leaves alone what a worker may be about to do.
      await db`
        update bursar.stripe_events set received_at = now() - interval '2 minutes'
        where id = ${event.id}`;
      worker = await system.startWorker();
      await system.queues.enqueue('tick', { schedule: 'recover-stripe-events' });
      expect(await fateOf(system, event.id)).toBe('processed');
      await untilQuiet(system, 60_000);
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
      await worker.stop();
    });

    it('payment case 7: an event whose handling failed for good is handled when Stripe sends it again', async () => {
      let worker = await system.startWorker();
      const order = await paidUnheard(system);
      const event = await completionOf(system, order);
      await untilQuiet(system, 60_000);
      await worker.stop();
      const broken = await system.queues.startWorker({
        jobs: handlersOf('payments', defect),
        isTransient: () => false,
      });
      await system.emulator.resend(event.id);
      await until('its job has died', async () => {
        const letters = await system.queues.listDeadLetters({ queue: 'payments', limit: 10 });
        return letters.some(({ jobId }) => jobId === event.id);
      });
      await broken.close();
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '0', version: 0 });
      worker = await system.startWorker();
      await system.emulator.resend(event.id);
      expect(await fateOf(system, event.id)).toBe('processed');
      await untilQuiet(system, 60_000);
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
      await worker.stop();
    });
  });
}

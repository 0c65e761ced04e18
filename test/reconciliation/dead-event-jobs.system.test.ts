import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../../packages/queues/test/harness/handlers-of.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { completionOf, fateOf, paidUnheard } from '../payments/paid-session.ts';

const LIMIT_MS = 180_000;
const defect = async (): Promise<void> => {
  throw new Error('A defect of this release');
};

describeOnBackends('an event whose jobs have all died', (backend) => {
  describe('is found again', { timeout: LIMIT_MS }, () => {
    let system: WholeSystem;
    beforeAll(async () => {
      system = await startWholeSystem({
        backend,
        worker: 'none',
        settings: { RECONCILIATION_GRACE_SECONDS: '0' },
      });
    }, LIMIT_MS);
    afterAll(async () => {
      await expectSoundLedger(system.database);
      await system.stop();
    });

    /** Every run of the timetable so far, the newest first. */
    const runs = async () =>
      (await system.api.get('/v1/reconciliations')).body.data.filter(
        (run: { asked_by: string }) => run.asked_by === 'system:timetable',
      );
    const over = (count: number) =>
      until(
        'the timetable has compared once more',
        async () => {
          const all = await runs();
          return (
            all.length > count &&
            all.every(({ finished_at }: { finished_at: string | null }) => finished_at !== null)
          );
        },
        60_000,
      );

    it('by the timetable, without the sweeper, Stripe or a person, even when Stripe has forgotten it', async () => {
      let worker = await system.startWorker();
      const order = await paidUnheard(system);
      await over(0);
      const before = (await runs()).length;
      await worker.stop();
      const event = await completionOf(system, order);
      const jobs = handlersOf('payments', defect);
      const broken = await system.queues.startWorker({ jobs, isTransient: () => false });
      await system.emulator.resend(event.id);
      // What the sweeper would have enqueued dies like what the webhook enqueued.
      const again = `again-${event.id}`;
      await system.queues.enqueue('handle-stripe-event', { event: event.id }, { jobId: again });
      await until(
        'both jobs have died',
        async () => {
          const letters = await system.queues.listDeadLetters({ queue: 'payments', limit: 20 });
          const dead = new Set(letters.map(({ jobId }) => jobId));
          return dead.has(event.id) && dead.has(again);
        },
        60_000,
      );
      await broken.close();
      const gone = await fetch(`${system.emulator.url}/_emu/events/${event.id}`, {
        method: 'DELETE',
      });
      expect(gone.status).toBe(200);
      // Out of the reach of every window, and of the sweeper, whose tick is a minute away.
      await system.database.db`
        update bursar.stripe_events set received_at = now() - interval '40 days' where id = ${event.id}`;
      worker = await system.startWorker();
      await system.queues.enqueue('tick', { schedule: 'reconcile-light' });
      expect(await fateOf(system, event.id)).toBe('processed');
      await over(before);
      expect(await system.api.wallet(order.wallet)).toMatchObject({ balance: '500', version: 1 });
      const found = (await runs()).filter(
        ({ report }: { report: { counts?: Record<string, number> } | null }) =>
          (report?.counts?.['MISSED_EVENT'] ?? 0) > 0,
      );
      expect(found[0]).toMatchObject({ kind: 'light', mode: 'repair' });
      await worker.stop();
    });
  });
});

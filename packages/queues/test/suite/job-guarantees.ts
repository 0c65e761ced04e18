import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { JobRefused, type JobContext } from '../../src/index.ts';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { handlersOf } from '../harness/handlers-of.ts';
import { Outage, withRig } from '../harness/rig.ts';
import { sampleCharge } from '../harness/sample-jobs.ts';

const idle = async (): Promise<void> => {};

/** What holds for every job on either backend. */
export function describeJobs(backing: () => Backing): void {
  describe('a job', () => {
    it('reaches its handler with its payload and who asks, and leaves nothing behind', () =>
      withRig(backing(), async ({ queues, work }) => {
        const seen: { fact: string; context: JobContext }[] = [];
        await queues.enqueue('notify', { fact: '42' }, { jobId: 'fact-42' });
        expect((await queues.counts())['notices']?.waiting).toBe(1);
        await work({ notify: async ({ fact }, context) => void seen.push({ fact, context }) });
        await eventually('the job ran', () => seen.length === 1);
        expect(seen[0]).toMatchObject({
          fact: '42',
          context: { jobId: 'fact-42', queue: 'notices', attempt: 1 },
        });
        await eventually('nothing waits', async () => {
          const notices = (await queues.counts())['notices'];
          return notices?.waiting === 0 && notices.active === 0 && notices.failed === 0;
        });
      }));

    it('runs once although its id was enqueued three times while it waited', () =>
      withRig(backing(), async ({ queues, work }) => {
        const seen: string[] = [];
        for (const fact of ['1', '2', '3']) {
          await queues.enqueue('notify', { fact }, { jobId: 'same-id' });
        }
        await queues.enqueue('notify', { fact: '4' }, { jobId: 'other-id' });
        await work(
          { notify: async ({ fact }) => void seen.push(fact) },
          { concurrency: { notices: 1 } },
        );
        await eventually('the other job ran', () => seen.includes('4'));
        expect(seen).toEqual(['1', '4']);
      }));

    it('arrives whether it was enqueued alone, in a group over several queues, or with a delay', () =>
      withRig(backing(), async ({ queues, work }) => {
        const seen: string[] = [];
        const enqueuedAt = performance.now();
        await queues.enqueue('notify', { fact: '9' }, { delayMs: 300 });
        await queues.enqueueMany([
          { job: 'notify', payload: { fact: '1' } },
          { job: 'notify', payload: { fact: '2' }, options: { jobId: 'second' } },
          { job: 'apply-charges', payload: { items: [sampleCharge()] }, options: { shard: 1 } },
        ]);
        await work({
          notify: async ({ fact }) => void seen.push(fact),
          'apply-charges': async (items) => {
            seen.push(`${items.length} charge`);
            return items.map(() => ({ status: 'done' }));
          },
        });
        await eventually('all four ran', () => seen.length === 4);
        expect(seen.toSorted()).toEqual(['1', '1 charge', '2', '9']);
        expect(performance.now() - enqueuedAt).toBeGreaterThanOrEqual(290);
      }));

    it('is refused at once when it breaks its catalog row', () =>
      withRig(backing(), async ({ queues }) => {
        const charge = sampleCharge();
        await refused(queues.enqueue('notify', { fact: 'not a number' }));
        await refused(queues.enqueue('notify', { fact: '1' }, { jobId: 'with:colon' }));
        await refused(queues.enqueue('notify', { fact: '1' }, { jobId: '123' }));
        await refused(queues.enqueue('apply-charges', { items: [charge] }));
        await refused(
          queues.enqueue(
            'apply-charges',
            {
              items: Array.from({ length: 500 }, () => ({
                ...charge,
                metadata: { x: 'y'.repeat(5_000) },
              })),
            },
            { shard: 0 },
          ),
        );
        await expect(
          queues.enqueue('apply-charges', { items: [charge] }, { shard: 7 }),
        ).rejects.toThrow('There is no queue "charges-7"');
        expect((await queues.counts())['notices']?.waiting).toBe(0);
      }));

    it('is tried again after an outage, with a growing wait, and is no dead letter', () =>
      withRig(backing(), async ({ queues, work }) => {
        const attempts: { attempt: number; atMs: number }[] = [];
        await queues.enqueue('handle-stripe-event', { event: 'evt_1' });
        await work({
          ...handlersOf('payments', idle),
          'handle-stripe-event': async (_payload, { attempt }) => {
            attempts.push({ attempt, atMs: performance.now() });
            if (attempt < 4) throw new Outage('the ledger is away');
          },
        });
        await eventually('the fourth attempt', () => attempts.length === 4);
        expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
        const waits = attempts
          .slice(1)
          .map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0));
        expect(waits[0]).toBeGreaterThanOrEqual(45);
        expect(waits[2]).toBeGreaterThanOrEqual(190);
        expect(await queues.listDeadLetters({ limit: 10 })).toEqual([]);
      }));
  });

  describe('a queue', () => {
    it('holds its jobs while it is paused, tells their age, and goes on when resumed', () =>
      withRig(backing(), async ({ queues, work }) => {
        const seen: string[] = [];
        await queues.pause('notices');
        await queues.enqueue('notify', { fact: '1' });
        await work({ notify: async ({ fact }) => void seen.push(fact) });
        await delay(150);
        expect(seen).toEqual([]);
        expect((await queues.counts())['notices']).toMatchObject({ waiting: 1, paused: true });
        const ages = await queues.oldestWaitingAgeMs();
        expect(ages['notices']).toBeGreaterThanOrEqual(140);
        expect(ages['ledger']).toBe(0);
        await queues.resume('notices');
        await eventually('the job ran', () => seen.length === 1);
      }));

    it('must have a handler for each of its jobs, or none', () =>
      withRig(backing(), async ({ work }) => {
        await expect(work({ 'open-purchase': async () => {} })).rejects.toThrow(
          /also carries .*handle-stripe-event, fulfil-purchase/,
        );
      }));
  });

  describe('closing a worker', () => {
    it('waits for the job in flight and takes no other', () =>
      withRig(backing(), async ({ queues }) => {
        const seen: string[] = [];
        const gate = Promise.withResolvers<void>();
        const worker = await queues.startWorker({
          jobs: {
            notify: async ({ fact }) => {
              seen.push(`begin ${fact}`);
              await gate.promise;
              seen.push(`end ${fact}`);
            },
          },
          isTransient: () => false,
          concurrency: { notices: 1 },
        });
        await queues.enqueueMany(['1', '2'].map((fact) => ({ job: 'notify', payload: { fact } })));
        await eventually('the first began', () => seen.length === 1);
        const closed = worker.close(5_000);
        gate.resolve();
        expect(await closed).toBe(true);
        expect(seen).toEqual(['begin 1', 'end 1']);
        expect((await queues.counts())['notices']?.waiting).toBe(1);
      }));

    it('gives up on a job that does not end, says so, and tells the job', () =>
      withRig(backing(), async ({ queues }) => {
        const begun = Promise.withResolvers<AbortSignal>();
        const gate = Promise.withResolvers<void>();
        const worker = await queues.startWorker({
          jobs: {
            notify: async (_payload, { signal }) => {
              begun.resolve(signal);
              await gate.promise;
            },
          },
          isTransient: () => false,
        });
        await queues.enqueue('notify', { fact: '1' });
        const signal = await begun.promise;
        expect(await worker.close(100)).toBe(false);
        expect(signal.aborted).toBe(true);
        gate.resolve();
      }));
  });
}

async function refused(enqueueing: Promise<void>): Promise<void> {
  await expect(enqueueing).rejects.toBeInstanceOf(JobRefused);
}

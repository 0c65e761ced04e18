import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CHARGES_PER_BATCH_MAX } from '../../src/index.ts';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { Outage, withRig } from '../harness/rig.ts';
import { sampleCharge, sampleCharges } from '../harness/sample-jobs.ts';

/** What holds for batches of charges on either backend. */
export function describeCharges(backing: () => Backing): void {
  describe('charges', () => {
    it('of many jobs share a batch, one batch at a time, and each is applied once', () =>
      withRig(backing(), async ({ queues, work }) => {
        const batches: number[] = [];
        const applied = new Map<string, number>();
        let flying = 0;
        let flyingMost = 0;
        await queues.enqueueMany(
          Array.from({ length: 200 }, () => ({
            job: 'apply-charges' as const,
            payload: { items: sampleCharges(10) },
            options: { shard: 0 },
          })),
        );
        await work({
          'apply-charges': async (items) => {
            flying += 1;
            flyingMost = Math.max(flyingMost, flying);
            batches.push(items.length);
            await delay(20);
            for (const { key } of items) applied.set(key, (applied.get(key) ?? 0) + 1);
            flying -= 1;
            return items.map(() => ({ status: 'done' }));
          },
        });
        await eventually('all were applied', () => applied.size === 2_000);
        expect([...applied.values()].every((times) => times === 1)).toBe(true);
        expect(flyingMost).toBe(1);
        expect(Math.max(...batches)).toBeLessThanOrEqual(CHARGES_PER_BATCH_MAX);
        expect(Math.max(...batches)).toBeGreaterThan(100);
      }));

    it('among which one is poisonous are all applied but that one, which alone is parked', () =>
      withRig(backing(), async ({ queues, work }) => {
        const items = sampleCharges(100);
        const poison = sampleCharge('poison');
        items[37] = poison;
        const settled = new Set<string>();
        let mended = false;
        await queues.enqueue('apply-charges', { items }, { shard: 0, jobId: 'packed-100' });
        await queues.enqueue('apply-charges', { items: [sampleCharge('neighbour')] }, { shard: 0 });
        await work({
          'apply-charges': async (batch) => {
            if (!mended && batch.some(({ key }) => key === poison.key))
              throw new Error('no such wallet row');
            for (const { key } of batch) settled.add(key);
            return batch.map(() => ({ status: 'done' }));
          },
        });
        await eventually('the poison is parked', async () => {
          const counts = (await queues.counts())['charges-0'];
          return counts?.failed === 1 && counts.waiting + counts.active + counts.delayed === 0;
        });
        expect(settled.size).toBe(100);
        expect(settled.has(poison.key)).toBe(false);
        const letter = await queues.inspect('packed-100');
        expect(letter?.payload).toEqual({ items: [poison] });
        expect(letter?.reason).toBe(`charge ${poison.key}: no such wallet row`);

        settled.clear();
        mended = true;
        expect(await queues.replay('packed-100')).toBe('replayed');
        await eventually('the replay was applied', () => settled.size > 0);
        expect([...settled]).toEqual([poison.key]);
        await eventually('no dead letter is left', async () => {
          return (await queues.listDeadLetters({ limit: 10 })).length === 0;
        });
      }));

    it('are settled each by its own outcome: done leaves, retry stays, dead-letter is parked', () =>
      withRig(backing(), async ({ queues, work }) => {
        const done = sampleCharge('product-0');
        const later = sampleCharge('product-1');
        const never = sampleCharge('product-2');
        const seen: string[][] = [];
        await queues.enqueue(
          'apply-charges',
          { items: [done, later, never] },
          { shard: 1, jobId: 'mixed' },
        );
        await work({
          'apply-charges': async (items) => {
            seen.push(items.map(({ product }) => product));
            return items.map(({ key }) => {
              if (key === never.key) return { status: 'dead-letter', reason: 'broken' };
              if (key === later.key && seen.length < 3) return { status: 'retry', reason: 'busy' };
              return { status: 'done' };
            });
          },
        });
        await eventually(
          'the job is parked',
          async () => (await queues.inspect('mixed')) !== undefined,
        );
        expect(seen).toEqual([
          ['product-0', 'product-1', 'product-2'],
          ['product-1', 'product-2'],
          ['product-1', 'product-2'],
        ]);
        expect((await queues.inspect('mixed'))?.payload).toEqual({ items: [never] });
      }));

    it('survive an outage of the ledger: all are retried until applied, none is parked', () =>
      withRig(backing(), async ({ queues, work }) => {
        const applied = new Set<string>();
        let calls = 0;
        await queues.enqueueMany(
          Array.from({ length: 20 }, () => ({
            job: 'apply-charges' as const,
            payload: { items: sampleCharges(5) },
            options: { shard: 0 },
          })),
        );
        await work({
          'apply-charges': async (items) => {
            calls += 1;
            if (calls <= 3) throw new Outage('connection refused');
            for (const { key } of items) applied.add(key);
            return items.map(() => ({ status: 'done' }));
          },
        });
        await eventually('all were applied', () => applied.size === 100);
        expect(await queues.listDeadLetters({ limit: 10 })).toEqual([]);
      }));
  });
}

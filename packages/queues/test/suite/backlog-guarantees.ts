import { describe, expect, it } from 'vitest';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { withRig } from '../harness/rig.ts';
import { sampleCharges } from '../harness/sample-jobs.ts';

/** What whoever sheds load may rely on, on either backend. */
export function describeBacklogs(backing: () => Backing): void {
  describe('a backlog', () => {
    it('is empty where nothing waits', () =>
      withRig(backing(), async ({ queues }) => {
        const backlogs = await queues.backlogs();
        expect(Object.keys(backlogs)).toContain('charges-1');
        expect(backlogs['ledger']).toEqual({
          first: { jobs: 0, ageMs: 0 },
          later: { jobs: 0, ageMs: 0 },
          delayed: 0,
          bytes: 0,
        });
      }));

    it('counts both lanes of one queue and tells how old the oldest of each is', () =>
      withRig(backing(), async ({ queues }) => {
        const enqueue = (priority?: number) =>
          queues.enqueue(
            'apply-charges',
            { items: sampleCharges(3) },
            { shard: 0, ...(priority !== undefined && { priority }) },
          );
        await enqueue(1);
        await eventually('time passes', async () => {
          return ((await queues.backlogs())['charges-0']?.later.ageMs ?? 0) > 20;
        });
        await Promise.all([enqueue(), enqueue()]);
        const { 'charges-0': full, 'charges-1': empty } = await queues.backlogs();
        expect(full).toMatchObject({ first: { jobs: 2 }, later: { jobs: 1 }, delayed: 0 });
        expect(full?.later.ageMs).toBeGreaterThan(20);
        expect(full?.first.ageMs).toBeLessThan(full?.later.ageMs ?? 0);
        expect(full?.bytes).toBeGreaterThan(3 * 3 * 100);
        expect(empty?.first.jobs).toBe(0);
      }));

    it('runs what has a priority when nothing else waits', () =>
      withRig(backing(), async ({ queues, work }) => {
        const lanes: (number | undefined)[] = [1, 1, undefined, undefined];
        for (const priority of lanes) {
          await queues.enqueue(
            'apply-charges',
            {
              items: sampleCharges(1).map((item) => ({ ...item, product: String(priority) })),
            },
            { shard: 0, ...(priority !== undefined && { priority }) },
          );
        }
        const ran: string[] = [];
        await work(
          {
            'apply-charges': async (items) => {
              ran.push(...items.map(({ product }) => product));
              return items.map(() => ({ status: 'done' }) as const);
            },
          },
          { concurrency: { charges: 1 } },
        );
        await eventually('all ran', () => ran.length === 4);
        expect(ran).toEqual(['undefined', 'undefined', '1', '1']);
      }));
  });
}

import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../src/index.ts';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { withRig } from '../harness/rig.ts';

/** What an operator may rely on for jobs that failed for good, on either backend. */
export function describeDeadLetters(backing: () => Backing): void {
  describe('a dead letter', () => {
    it('is reported, listed newest first, inspected, replayed and discarded', () =>
      withRig(backing(), async ({ queues, work }) => {
        const reported: DeadLetter[] = [];
        const seen: string[] = [];
        let mended = false;
        await work(
          {
            notify: async ({ fact }) => {
              if (!mended) throw new TypeError(`fact ${fact} has no template`);
              seen.push(fact);
            },
          },
          { onDeadLetter: (letter) => void reported.push(letter), concurrency: { notices: 1 } },
        );
        await queues.enqueue('notify', { fact: '1' }, { jobId: 'first' });
        await eventually('the first is reported', () => reported.length === 1);
        await queues.enqueue('notify', { fact: '2' }, { jobId: 'second' });
        await eventually('both are reported', () => reported.length === 2);

        expect(reported[0]).toMatchObject({
          jobId: 'first',
          queue: 'notices',
          job: 'notify',
          reason: 'fact 1 has no template',
          attempts: 1,
        });
        const listed = await queues.listDeadLetters({ queue: 'notices', limit: 10 });
        expect(listed.map(({ jobId }) => jobId)).toEqual(['second', 'first']);
        expect(await queues.listDeadLetters({ queue: 'ledger', limit: 10 })).toEqual([]);
        expect(await queues.listDeadLetters({ limit: 1 })).toHaveLength(1);
        const inspected = await queues.inspect('first');
        expect(inspected?.payload).toEqual({ fact: '1' });
        expect(inspected?.stack).toContain('TypeError');

        expect(await queues.discard('second')).toBe('discarded');
        expect(await queues.inspect('second')).toBeUndefined();
        mended = true;
        expect(await queues.replay('first')).toBe('replayed');
        await eventually('the replay ran', () => seen.length === 1);
        expect(seen).toEqual(['1']);
        expect(await queues.replay('first')).toBe('not_found');
        expect(await queues.discard('unknown')).toBe('not_found');
      }));

    it('keeps its id from being enqueued again, so that a repeated command does not hide it', () =>
      withRig(backing(), async ({ queues, work }) => {
        await work({
          notify: async () => {
            throw new Error('broken');
          },
        });
        await queues.enqueue('notify', { fact: '1' }, { jobId: 'once' });
        await eventually('it is parked', async () => (await queues.inspect('once')) !== undefined);
        await queues.enqueue('notify', { fact: '2' }, { jobId: 'once' });
        expect((await queues.inspect('once'))?.payload).toEqual({ fact: '1' });
      }));
  });
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { QueueUnavailable } from '../../src/index.ts';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { withRig } from '../harness/rig.ts';

/** What holds when the backend or a worker dies, on either backend. */
export function describeFaults(backing: () => Backing): void {
  describe('when the backend goes away', () => {
    it(
      'enqueueing fails within its limit, nothing crashes, and all heals by itself',
      () =>
        withRig(backing(), async ({ queues, work }) => {
          const seen: string[] = [];
          await queues.pause('notices');
          await queues.enqueue('notify', { fact: '1' });
          await work({ notify: async ({ fact }) => void seen.push(fact) });
          await backing().stop();
          for (const fact of ['2', '3']) {
            const startedMs = performance.now();
            await expect(queues.enqueue('notify', { fact })).rejects.toBeInstanceOf(
              QueueUnavailable,
            );
            expect(performance.now() - startedMs).toBeLessThan(10_000);
          }
          await expect(queues.ping()).rejects.toBeInstanceOf(QueueUnavailable);
          await expect(queues.counts()).rejects.toBeInstanceOf(QueueUnavailable);

          await backing().start();
          await eventually('the queue answers again', async () => {
            try {
              await queues.ping();
              return true;
            } catch (error) {
              return !(error instanceof QueueUnavailable);
            }
          });
          await queues.enqueue('notify', { fact: '4' });
          await queues.resume('notices');
          await eventually('what was accepted ran', () => seen.includes('1') && seen.includes('4'));
        }),
      40_000,
    );
  });

  describe('when a worker is killed', () => {
    it(
      'its job is taken over by another',
      () =>
        withRig(backing(), async ({ queues, settings, work }) => {
          const script = fileURLToPath(new URL('../harness/doomed-worker.ts', import.meta.url));
          const doomed = fork(script, [JSON.stringify(settings)], {
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          });
          const took = once(doomed, 'message');
          await queues.enqueue('notify', { fact: '7' }, { jobId: 'survivor' });
          await took;
          const exited = once(doomed, 'exit');
          doomed.kill('SIGKILL');
          await exited;
          const seen: string[] = [];
          await work({ notify: async ({ fact }) => void seen.push(fact) });
          await eventually('another worker took the job', () => seen.length === 1);
          expect(seen).toEqual(['7']);
        }),
      30_000,
    );
  });
}

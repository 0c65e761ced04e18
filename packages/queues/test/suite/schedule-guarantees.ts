import { describe, expect, it } from 'vitest';
import type { Backing } from '../harness/backing.ts';
import { eventually } from '../harness/eventually.ts';
import { withRig } from '../harness/rig.ts';

/** A worker of a queue handles all of its jobs. */
const others = { reconcile: async () => {} };

/** What holds for scheduled ticks on either backend. */
export function describeSchedules(backing: () => Backing): void {
  describe('a schedule', () => {
    it('ticks once a slot although two workers asked for it, and names the slot', () =>
      withRig(backing(), async ({ queues, work }) => {
        const ticks: { schedule: string; slot: string | undefined }[] = [];
        const tick = async ({ schedule }: { schedule: string }, { slot }: { slot?: string }) => {
          ticks.push({ schedule, slot });
        };
        await queues.schedule('expire-lots', { everyMs: 200 });
        await queues.schedule('expire-lots', { everyMs: 200 });
        await work({ ...others, tick });
        await work({ ...others, tick });
        await eventually('five ticks', () => ticks.length >= 5);
        const slots = ticks.map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(slots.length);
        expect(ticks[0]?.schedule).toBe('expire-lots');
        expect(slots.every((slot) => Number.isFinite(Date.parse(slot ?? '')))).toBe(true);
      }));

    it('that is not retained ticks no more, and a cron line in a time zone is accepted', () =>
      withRig(backing(), async ({ queues, work }) => {
        const ticks: string[] = [];
        await queues.schedule('old', { everyMs: 100 });
        await queues.schedule('every-second', { cron: '* * * * * *', timeZone: 'Europe/Berlin' });
        await queues.retainSchedules(['every-second']);
        await work({ ...others, tick: async ({ schedule }) => void ticks.push(schedule) });
        await eventually(
          'two ticks of the other',
          () => ticks.filter((schedule) => schedule === 'every-second').length >= 2,
        );
        // Its first tick was due before it was removed.
        expect(ticks.filter((schedule) => schedule === 'old').length).toBeLessThanOrEqual(1);
      }));
  });
}

import type { BullQueue } from './backend/queue-backend.ts';
import { catalog } from './catalog.ts';
import { bullJobOptions } from './enqueue.ts';

/** A fixed interval, the first tick at once, or a cron line in a named time zone. */
export type Timetable =
  | { readonly everyMs: number }
  | { readonly cron: string; readonly timeZone: string };

export type Schedules = {
  /**
   * From now on a `tick` job with this name runs once a slot, however many processes ask for it;
   * repeating the call changes the timetable. A slot that passed while no worker ran is made up
   * once, not once for each slot missed.
   */
  schedule(name: string, timetable: Timetable): Promise<void>;
  /** Forgets every schedule but these, as after a release; a tick already due still runs. */
  retainSchedules(names: readonly string[]): Promise<void>;
};

/** `bounded` sets the deadline of an administrative call and names what failed. */
export function createSchedules(
  queue: BullQueue,
  bounded: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): Schedules {
  return {
    schedule: (name, timetable) =>
      bounded(`Scheduling ${name}`, async () => {
        if (!/^[a-z][a-z0-9-]{0,99}$/.test(name)) {
          throw new Error(
            `The schedule name "${name}" must be lower-case letters, digits and "-".`,
          );
        }
        await queue.upsertJobScheduler(
          name,
          'everyMs' in timetable
            ? { every: timetable.everyMs }
            : { pattern: timetable.cron, tz: timetable.timeZone },
          { name: 'tick', data: { schedule: name }, opts: bullJobOptions(catalog.tick) },
        );
      }),
    retainSchedules: (names) =>
      bounded('Removing schedules', async () => {
        const known = await queue.getJobSchedulers(0, SCHEDULES_MAX - 1);
        const obsolete = known.map(({ key }) => key).filter((key) => !names.includes(key));
        for (const key of obsolete) await queue.removeJobScheduler(key);
      }),
  };
}

const SCHEDULES_MAX = 1_000;

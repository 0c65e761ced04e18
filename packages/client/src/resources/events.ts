import type { Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { UsageEvent } from '../types/inputs.ts';
import type { EventOutcome } from '../types/results.ts';
import { ask, many, type ManyOptions } from './issue.ts';

export const events = (settings: Settings) => ({
  /**
   * Sends up to 1,000 usage events; outcomes are in their order. An event is known by its `source`
   * and `id`, so sending it again is safe.
   */
  async send(batch: readonly UsageEvent[], options: ManyOptions = {}): Promise<EventOutcome[]> {
    const answered = await ask<{ data: EventOutcome[] }>(
      settings,
      {
        route: ROUTES.sendEvents,
        body: batch,
        headers: { 'Content-Type': 'application/cloudevents-batch+json' },
        ...many(options),
      },
      options,
    );
    return answered.data;
  },
});

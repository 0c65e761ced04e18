import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { UsageEvent } from '../types/inputs.ts';
import type { EventOutcome } from '../types/results.ts';
import { ask } from './issue.ts';

export const events = (settings: Settings) => ({
  /**
   * Sends up to 1,000 usage events; outcomes are in their order. An event is known by its `source`
   * and `id`, so sending it again is safe.
   */
  async send(batch: readonly UsageEvent[], options?: CallOptions): Promise<EventOutcome[]> {
    const answered = await ask<{ data: EventOutcome[] }>(
      settings,
      {
        route: ROUTES.sendEvents,
        body: batch,
        headers: { 'Content-Type': 'application/cloudevents-batch+json' },
        command: true,
      },
      options,
    );
    return answered.data;
  },
});

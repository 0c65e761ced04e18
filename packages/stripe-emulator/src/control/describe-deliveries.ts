import type { Emulator } from '../emulator.ts';
import type { DeliveryRecord } from '../state/records.ts';

const SHOWN_MAX = 1_000;

/** A delivery for people and tests: `event_type` saves them a look-up. */
export type DeliveryDescription = DeliveryRecord & { event_type: string; url: string | null };

/** The deliveries, newest first: all of them up to a thousand, or those of one event. */
export function describeDeliveries(emulator: Emulator, eventId?: string): DeliveryDescription[] {
  const { state } = emulator;
  const described: DeliveryDescription[] = [];
  for (const delivery of state.deliveries.newestFirst()) {
    if (described.length === SHOWN_MAX) break;
    if (eventId !== undefined && delivery.event !== eventId) continue;
    described.push({
      ...delivery,
      event_type: state.events.get(delivery.event)?.type ?? '',
      url: state.endpoints.get(delivery.endpoint)?.url ?? null,
    });
  }
  return described;
}

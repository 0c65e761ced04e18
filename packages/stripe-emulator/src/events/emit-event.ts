import { isDeepStrictEqual } from 'node:util';
import type { Cause, Emulator } from '../emulator.ts';
import { newId } from '../state/ids.ts';
import type { EventRecord } from '../state/records.ts';

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const KEPT_MAX = 50_000;

/**
 * Records that something happened and hands it to the webhook endpoints. `object` is kept as it
 * is now; `before` is its state before the change, from which `previous_attributes` is worked out.
 * `earlier` is for changes that Stripe announces without `previous_attributes`.
 */
export function emitEvent(
  emulator: Emulator,
  cause: Cause,
  type: string,
  object: object,
  before?: object,
  earlier?: object,
): EventRecord {
  const record = emulator.state.events.put<EventRecord>({
    id: newId('evt'),
    type,
    created: emulator.everybodysClock.nowSeconds(),
    object,
    earlier: earlier ?? null,
    previousAttributes: before ? changedAttributes(before, object) : null,
    request: cause,
    deliveries: [],
  });
  forgetOldEvents(emulator);
  return emulator.delivery.accept(record);
}

/** Stripe keeps events for 30 days; the number is limited, too, since all of them are in memory. */
function forgetOldEvents({ state, everybodysClock: clock }: Emulator): void {
  const oldest = clock.nowSeconds() - KEPT_SECONDS;
  for (const event of state.events.values()) {
    if (event.created >= oldest && state.events.size <= KEPT_MAX) return;
    for (const delivery of event.deliveries) state.deliveries.remove(delivery);
    state.events.remove(event.id);
  }
}

/** The old values of what differs; nested objects list only their own differences. */
function changedAttributes(before: object, after: object): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  const old = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(after) as [string, unknown][]) {
    const previous: unknown = old.get(key);
    if (isDeepStrictEqual(previous, value)) continue;
    const nested = isPlainObject(previous) && isPlainObject(value);
    changed[key] = nested ? changedAttributes(previous, value) : (previous ?? null);
  }
  return changed;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

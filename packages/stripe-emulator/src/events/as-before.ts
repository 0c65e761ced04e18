import type { EventRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';

/** An event whose object is out of date, as one of another version or of a slow network may be. */
export function asBefore(state: State, event: EventRecord): EventRecord {
  return { ...event, object: event.earlier ?? seenBefore(state, event) ?? event.object };
}

/** The object as the last event before this one showed it. */
function seenBefore(state: State, { id, object }: EventRecord): object | undefined {
  if (!('id' in object)) return undefined;
  for (const event of state.events.newestFirst(id))
    if ('id' in event.object && event.object.id === object.id) return event.object;
  return undefined;
}

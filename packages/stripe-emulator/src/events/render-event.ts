import { API_VERSION } from '../emulator.ts';
import type { EventRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';

/**
 * An event as the API and the webhooks show it. The SDK's `Stripe.Event` is a union by type, which
 * a generic renderer cannot name; `EventBase` is what all of its members share.
 */
export interface WireEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

export function renderEvent(state: State, record: EventRecord): WireEvent {
  return {
    id: record.id,
    object: 'event',
    api_version: API_VERSION,
    created: record.created,
    data: {
      object: record.object,
      ...(record.previousAttributes ? { previous_attributes: record.previousAttributes } : {}),
    },
    livemode: false,
    pending_webhooks: pendingWebhooks(state, record),
    request: record.request,
    type: record.type,
  };
}

/** How many endpoints have not acknowledged it yet, whatever the reason. */
export function pendingWebhooks(state: State, record: EventRecord): number {
  return record.deliveries.filter((id) => {
    const delivery = state.deliveries.get(id);
    // An endpoint that was deleted no longer waits for anything.
    return delivery && delivery.state !== 'delivered' && state.endpoints.get(delivery.endpoint);
  }).length;
}

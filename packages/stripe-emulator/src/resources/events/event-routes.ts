import { API_VERSION, type Emulator } from '../../emulator.ts';
import { pendingWebhooks, renderEvent } from '../../events/render-event.ts';
import { emptyable, flag, list, oneOf, required, text, type Field } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import type { EndpointRecord } from '../../state/records.ts';
import type Stripe from 'stripe';

const TYPES_MAX = 20;
const ENDPOINTS_MAX = 16;
const ENABLED_EVENTS = list(eventType(), { max: 500 });

export const EVENT_ROUTES: Route[] = [
  route('GET', '/v1/events/{id}', {}, ({ emulator, id }) => {
    const record = emulator.state.events.get(id);
    if (!record) throw noSuchResource('event', id);
    return renderEvent(emulator.state, record);
  }),
  listRoute('/v1/events', {
    noun: 'event',
    filters: {
      created: timeRange(),
      delivery_success: flag(),
      type: text(),
      types: list(text(), { max: TYPES_MAX }),
    },
    table: ({ emulator }) => emulator.state.events,
    matches: (record, filter, { emulator }) =>
      (filter.type === undefined || isOfType(record.type, filter.type)) &&
      (filter.types === undefined || filter.types.includes(record.type)) &&
      (filter.delivery_success === undefined ||
        (pendingWebhooks(emulator.state, record) === 0) === filter.delivery_success) &&
      isWithin(record.created, filter.created),
    present: (record, { emulator }) => renderEvent(emulator.state, record),
  }),
];

const CREATE = {
  api_version: oneOf(API_VERSION),
  description: emptyable(text()),
  enabled_events: required(ENABLED_EVENTS),
  metadata: metadata(),
  url: required(text()),
};
const UPDATE = {
  description: emptyable(text()),
  disabled: flag(),
  enabled_events: ENABLED_EVENTS,
  metadata: metadata(),
  url: text(),
};

export const WEBHOOK_ENDPOINT_ROUTES: Route[] = [
  route('POST', '/v1/webhook_endpoints', CREATE, ({ emulator, params }) => {
    const endpoint = createEndpoint(emulator, {
      url: params.url,
      enabledEvents: params.enabled_events,
      secret: newId('whsec', 32),
      apiVersion: params.api_version ?? null,
      description: params.description ?? null,
      metadata: mergeMetadata({}, params.metadata),
    });
    // The secret is shown this once.
    return endpoint;
  }),
  route('GET', '/v1/webhook_endpoints/{id}', {}, ({ emulator, id }) =>
    withoutSecret(endpointAt(emulator, id)),
  ),
  route('POST', '/v1/webhook_endpoints/{id}', UPDATE, ({ emulator, params, id }) => {
    const before = endpointAt(emulator, id);
    requireUrl(params.url ?? before.url);
    requireEvents(params.enabled_events ?? before.enabled_events);
    const disabled = params.disabled ?? before.status === 'disabled';
    const after = emulator.state.endpoints.put({
      ...before,
      description: params.description === undefined ? before.description : params.description,
      enabled_events: params.enabled_events ?? before.enabled_events,
      metadata: mergeMetadata(before.metadata, params.metadata),
      status: disabled ? 'disabled' : 'enabled',
      url: params.url ?? before.url,
    });
    return withoutSecret(after);
  }),
  route('DELETE', '/v1/webhook_endpoints/{id}', {}, ({ emulator, id }) => {
    endpointAt(emulator, id);
    emulator.state.endpoints.remove(id);
    const tombstone: Stripe.DeletedWebhookEndpoint = {
      id,
      object: 'webhook_endpoint',
      deleted: true,
    };
    return tombstone;
  }),
  listRoute('/v1/webhook_endpoints', {
    noun: 'webhook endpoint',
    filters: {},
    table: ({ emulator }) => emulator.state.endpoints,
    matches: () => true,
    present: (endpoint) => withoutSecret(endpoint),
  }),
];

interface NewEndpoint {
  url: string;
  enabledEvents: string[];
  secret: string;
  apiVersion: string | null;
  description: string | null;
  metadata: Stripe.Metadata;
}

export function createEndpoint(emulator: Emulator, wanted: NewEndpoint): EndpointRecord {
  requireUrl(wanted.url);
  requireEvents(wanted.enabledEvents);
  if (emulator.state.endpoints.size >= ENDPOINTS_MAX)
    throw invalidRequest(
      `You have reached the maximum of ${ENDPOINTS_MAX} test webhook endpoints. Delete one first.`,
    );
  return emulator.state.endpoints.put<EndpointRecord>({
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: wanted.apiVersion,
    application: null,
    created: emulator.clock.nowSeconds(),
    description: wanted.description,
    enabled_events: wanted.enabledEvents,
    livemode: false,
    metadata: wanted.metadata,
    secret: wanted.secret,
    status: 'enabled',
    url: wanted.url,
  });
}

/** An event type in full, or `*` for all; Stripe knows no other wildcards here. */
function eventType(): Field<string> {
  return {
    read(value, path) {
      if (typeof value === 'string' && /^(\*|[a-z0-9_]+(\.[a-z0-9_]+)+)$/.test(value)) return value;
      throw invalidRequest(`Invalid ${path}: send the type of an event, or * for all.`, path);
    },
  };
}

function requireEvents(types: readonly string[]): void {
  if (types.length === 0)
    throw invalidRequest('Pass at least one event.', 'enabled_events', 'parameter_missing');
}

function requireUrl(url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw invalidRequest('Invalid URL: send an http or https address.', 'url', 'url_invalid');
}

function withoutSecret(endpoint: EndpointRecord): Stripe.WebhookEndpoint {
  const { secret: _secret, ...shown } = endpoint;
  return shown;
}

/** A filter may end in `.*`, as in `charge.*`. */
function isOfType(type: string, filter: string): boolean {
  return filter.endsWith('*') ? type.startsWith(filter.slice(0, -1)) : type === filter;
}

function endpointAt(emulator: Emulator, id: string): EndpointRecord {
  const endpoint = emulator.state.endpoints.get(id);
  if (!endpoint) throw noSuchResource('webhook endpoint', id);
  return endpoint;
}

import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { Owner } from '../types/inputs.ts';
import type {
  NewWebhook,
  Webhook,
  WebhookChangesInput,
  WebhookDelivery,
  WebhookInput,
  WebhookReplay,
  WebhookReplayInput,
} from '../types/webhooks.ts';
import { ask } from './issue.ts';

/**
 * Addresses that events are sent to. What makes something new on each call has no Idempotency-Key,
 * so it is not repeated after a lost answer.
 */
export const webhooks = (settings: Settings) => ({
  /** Has events sent to an address; the secret that signs them is shown this once. */
  create: (body: WebhookInput, options?: CallOptions) =>
    ask<NewWebhook>(settings, { route: ROUTES.createWebhook, body, repeat: 'if_refused' }, options),
  /** Without `owner`: a person's own, for an operator those of everybody. */
  list: (filter: { owner?: Owner | undefined } = {}, options?: CallOptions) =>
    listing<Webhook>(settings, { route: ROUTES.listWebhooks, query: { ...filter } }, options),
  get: (id: string, options?: CallOptions) =>
    ask<Webhook>(settings, { route: ROUTES.getWebhook, params: { id } }, options),
  /** Changes it, disables it, or enables it again. */
  update: (id: string, body: WebhookChangesInput, options?: CallOptions) =>
    ask<Webhook>(settings, { route: ROUTES.updateWebhook, params: { id }, body }, options),
  /** Gives it another secret; for 24 hours both sign. */
  rotate: (id: string, options?: CallOptions) =>
    ask<NewWebhook>(
      settings,
      { route: ROUTES.rotateWebhookSecret, params: { id }, body: {}, repeat: 'if_refused' },
      options,
    ),
  /** What waits is not sent any more. */
  delete: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.deleteWebhook, params: { id } }, options),
  /** Sends a message of the type `webhook.test`. */
  test: (id: string, options?: CallOptions) =>
    ask<WebhookDelivery>(
      settings,
      { route: ROUTES.testWebhook, params: { id }, body: {}, repeat: 'if_refused' },
      options,
    ),
  /** Sends again what failed between two moments, and what happened while it was disabled. */
  replay: (id: string, body: WebhookReplayInput, options?: CallOptions) =>
    ask<WebhookReplay>(
      settings,
      { route: ROUTES.replayWebhook, params: { id }, body, repeat: 'if_refused' },
      options,
    ),
  deliveries: deliveries(settings),
});

/** What was sent with every attempt; kept for 30 days. */
const deliveries = (settings: Settings) => ({
  list: (
    id: string,
    filter: { status?: WebhookDelivery['status'] | undefined } = {},
    options?: CallOptions,
  ) =>
    listing<WebhookDelivery>(
      settings,
      { route: ROUTES.listWebhookDeliveries, params: { id }, query: { ...filter } },
      options,
    ),
  get: (id: string, delivery: string, options?: CallOptions) =>
    ask<WebhookDelivery>(
      settings,
      { route: ROUTES.getWebhookDelivery, params: { id, delivery } },
      options,
    ),
  /** Sends one again at once, under the same webhook-id. */
  replay: (id: string, delivery: string, options?: CallOptions) =>
    ask<WebhookDelivery>(
      settings,
      {
        route: ROUTES.replayWebhookDelivery,
        params: { id, delivery },
        body: {},
        repeat: 'if_refused',
      },
      options,
    ),
});

import { toPublicId } from '@bursar/contracts';
import type { WebhookDeliveryView, WebhookView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { timeText, TimeSchema } from '../reads/wire-values.ts';

export const WebhookSchema = z
  .object({
    id: z.string(),
    owner: z.string().nullable().meta({ description: 'null: the events of every wallet' }),
    url: z.string(),
    description: z.string().nullable(),
    event_types: z.array(z.string()),
    enabled: z.boolean(),
    disabled_reason: z.enum(['asked', 'gone', 'failing']).nullable(),
    failing_since: TimeSchema.nullable(),
    previous_secret_until: TimeSchema.nullable(),
    created_at: TimeSchema,
  })
  .meta({ id: 'Webhook', description: 'An address that events are sent to' });

export const NewWebhookSchema = WebhookSchema.extend({
  secret: z.string().meta({ description: 'Signs every message; shown this once' }),
}).meta({ id: 'NewWebhook' });

export const renderWebhook = (view: WebhookView): z.infer<typeof WebhookSchema> => ({
  id: toPublicId('whk', view.id),
  owner: view.owner,
  url: view.url,
  description: view.description,
  event_types: view.eventTypes,
  enabled: view.status === 'enabled',
  disabled_reason: view.disabledReason,
  failing_since: timeText(view.failingSince),
  previous_secret_until: timeText(view.previousSecretUntil),
  created_at: view.createdAt.toISOString(),
});

const AttemptSchema = z.object({
  number: z.int(),
  at: TimeSchema,
  status: z.int().nullable().meta({ description: 'Of HTTP; null when there was no answer' }),
  latency_ms: z.int(),
  error: z.string().nullable(),
  response: z.string().nullable().meta({ description: 'The beginning of the answer' }),
});

export const DeliverySchema = z
  .object({
    id: z.string().meta({ description: 'The webhook-id header of every attempt' }),
    type: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    next_attempt_at: TimeSchema.nullable(),
    created_at: TimeSchema,
    message: z.record(z.string(), z.unknown()),
    log: z.array(AttemptSchema).meta({ description: 'The last twenty attempts, newest first' }),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event on its way to one webhook' });

export const renderDelivery = (view: WebhookDeliveryView): z.infer<typeof DeliverySchema> => ({
  id: toPublicId('whd', view.id),
  type: view.type,
  status: view.status,
  attempts: view.attempts,
  next_attempt_at: timeText(view.nextAttemptAt),
  created_at: view.createdAt.toISOString(),
  message: view.body,
  log: view.log.map((attempt) => ({
    number: attempt.number,
    at: attempt.startedAt,
    status: attempt.httpStatus,
    latency_ms: attempt.latencyMs,
    error: attempt.error,
    response: attempt.response,
  })),
});

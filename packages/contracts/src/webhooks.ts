import { z } from 'zod';
import { Owner } from './ids.ts';

/**
 * What outgoing webhooks can tell, as `type` of a message. New ones may be added. Single charges are
 * none of them: there may be thousands a second, and the transactions list has them all.
 */
export const WEBHOOK_EVENT_TYPES = [
  'purchase.paid',
  'payment.failed',
  'topup.requested',
  'topup.declined',
  'topup.paused',
  'topup.switched_off',
  'topup.cap_reached',
  'credits.received',
  'credits.taken_back',
  'credits.recalled',
  'credits.delayed',
  'credits.expiring',
  'balance.low',
  'balance.recovered',
  'balance.owed',
  'budget.alert',
  'hold.expired',
  'credit_request.created',
  'credit_request.approved',
  'credit_request.rejected',
  'credit_request.cancelled',
  'credit_request.expired',
  'rule.delayed',
  'seat.assigned',
  'seat.revoked',
  'allocation.completed',
  'member.joined',
  'member.removed',
  'member.suspended',
  'member.reinstated',
  'invitation.sent',
  'subscription.renewed',
  'subscription.payment_failed',
  'subscription.ending',
  'subscription.resumed',
  'subscription.ended',
  'subscription.seats_exceeded',
  'organization.deleted',
  'purchase.needs_review',
  'webhook.disabled',
] as const;

const GROUPS = [...new Set(WEBHOOK_EVENT_TYPES.map((type) => type.replace(/\..*/, '')))];

/** One type, a group of them, or all. */
const EventFilter = z.enum(
  ['*', ...GROUPS.map((group) => `${group}.*`), ...WEBHOOK_EVENT_TYPES],
  'must be "*", a group such as "balance.*", or a type such as "balance.low"',
);

/** More filters than this name everything several times over. */
const FILTERS_MAX = 50;
const filters = z.array(EventFilter).min(1).max(FILTERS_MAX);
const url = z.string().min(1).max(2_000).meta({ example: 'https://example.com/bursar' });
const description = z
  .string()
  .max(200)
  .refine((value) => !value.includes('\u0000') && value.isWellFormed(), 'must be plain text');

export const WebhookBody = z
  .strictObject({
    owner: Owner.nullable().optional().meta({
      description: 'Whose events; left out by an operator: those of every wallet',
    }),
    url,
    description: description.optional(),
    event_types: filters.optional().meta({ description: 'Left out: all' }),
  })
  .meta({ id: 'WebhookBody' });

export const WebhookChanges = z
  .strictObject({
    url: url.optional(),
    description: description.nullable().optional(),
    event_types: filters.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookChanges' });

const Moment = z.iso.datetime({ offset: true });

export const WebhookReplayBody = z
  .strictObject({
    from: Moment.meta({ description: 'Inclusive; events are kept for 30 days' }),
    to: Moment.meta({ description: 'Exclusive' }),
    delivered: z
      .boolean()
      .optional()
      .meta({ description: 'Also send again what was delivered; default false' }),
  })
  .meta({ id: 'WebhookReplayBody' });

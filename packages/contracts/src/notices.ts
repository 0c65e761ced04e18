import { z } from 'zod';
import { fromPublicId } from './ids.ts';

/**
 * Kinds of notices, as GET /v1/notifications names them. Receipts, and what concerns access, are
 * `always` told; what another mail says anyway is `never` mailed. All else is on until somebody
 * switches it off. `webhook` is about the endpoints of a person or an organization: they hear what
 * is on and what they chose by `event_types`.
 */
export const NOTICE_KINDS = {
  'purchase-paid': { mail: 'always', in_app: 'always', webhook: 'always' },
  'payment-failed': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'credits-received': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'credits-taken-back': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'credits-recalled': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'credits-delayed': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'credits-expiring': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'balance-low': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'balance-recovered': { mail: 'never', in_app: 'optional', webhook: 'optional' },
  'topup-declined': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'topup-paused': { mail: 'always', in_app: 'always', webhook: 'always' },
  'topup-switched-off': { mail: 'always', in_app: 'always', webhook: 'always' },
  'topup-cap-reached': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'balance-owed': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'budget-alert': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'request-created': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'request-approved': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'request-rejected': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'request-expired': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'rule-delayed': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'seat-assigned': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'seat-revoked': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'member-removed': { mail: 'always', in_app: 'always', webhook: 'always' },
  'subscription-renewed': { mail: 'always', in_app: 'always', webhook: 'always' },
  'subscription-payment-failed': { mail: 'always', in_app: 'always', webhook: 'always' },
  'subscription-ending': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'subscription-resumed': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'subscription-ended': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'subscription-seats-exceeded': { mail: 'optional', in_app: 'optional', webhook: 'optional' },
  'webhook-disabled': { mail: 'always', in_app: 'always', webhook: 'always' },
} as const satisfies Record<string, Record<NoticeChannel, 'always' | 'optional' | 'never'>>;

export type NoticeKind = keyof typeof NOTICE_KINDS;
export const NOTICE_CHANNELS = ['mail', 'in_app', 'webhook'] as const;
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number];

export const isNoticeKind = (text: string): text is NoticeKind => Object.hasOwn(NOTICE_KINDS, text);

const KINDS = Object.keys(NOTICE_KINDS).filter(isNoticeKind);

/** What is not named stays as it is. */
export const NoticePreferencesBody = z
  .strictObject({
    preferences: z
      .array(
        z.strictObject({
          kind: z.enum(KINDS),
          mail: z.boolean().optional(),
          in_app: z.boolean().optional(),
          webhook: z.boolean().optional(),
        }),
      )
      .min(1)
      .max(KINDS.length),
  })
  .meta({ id: 'NotificationPreferencesBody' });

/** An organization has endpoints of its own; mail and notices in the app are its people's. */
export const OrganizationPreferencesBody = z
  .strictObject({
    preferences: z
      .array(z.strictObject({ kind: z.enum(KINDS), webhook: z.boolean() }))
      .min(1)
      .max(KINDS.length),
  })
  .meta({ id: 'OrganizationNotificationPreferencesBody' });

/** As many as one page lists. */
const READ_AT_ONCE = 100;

/** Which notices somebody has read; without `ids`, all. Parses to their UUIDs. */
export const NotificationsReadBody = z
  .strictObject({
    ids: z
      .array(
        z
          .string()
          .max(50)
          .transform((id, context): string => {
            const uuid = fromPublicId('ntf', id);
            if (uuid !== null) return uuid;
            context.addIssue({ code: 'custom', message: 'is not the id of a notice' });
            return z.NEVER;
          }),
      )
      .min(1)
      .max(READ_AT_ONCE)
      .optional(),
  })
  .meta({ id: 'NotificationsReadBody' });

import { z } from 'zod';

/**
 * Kinds of notices, as GET /v1/notifications names them. Receipts, and what concerns access, are
 * `always` told; what another mail says anyway is `never` mailed.
 */
export const NOTICE_KINDS = {
  'purchase-paid': { mail: 'always', in_app: 'always' },
  'payment-failed': { mail: 'optional', in_app: 'optional' },
  'credits-received': { mail: 'optional', in_app: 'optional' },
  'credits-taken-back': { mail: 'optional', in_app: 'optional' },
  'credits-recalled': { mail: 'optional', in_app: 'optional' },
  'credits-delayed': { mail: 'optional', in_app: 'optional' },
  'credits-expiring': { mail: 'optional', in_app: 'optional' },
  'balance-low': { mail: 'optional', in_app: 'optional' },
  'balance-recovered': { mail: 'never', in_app: 'optional' },
  'topup-declined': { mail: 'optional', in_app: 'optional' },
  'topup-paused': { mail: 'always', in_app: 'always' },
  'topup-switched-off': { mail: 'always', in_app: 'always' },
  'topup-cap-reached': { mail: 'optional', in_app: 'optional' },
  'balance-owed': { mail: 'optional', in_app: 'optional' },
  'budget-alert': { mail: 'optional', in_app: 'optional' },
  'request-created': { mail: 'optional', in_app: 'optional' },
  'request-approved': { mail: 'optional', in_app: 'optional' },
  'request-rejected': { mail: 'optional', in_app: 'optional' },
  'request-expired': { mail: 'optional', in_app: 'optional' },
  'rule-delayed': { mail: 'optional', in_app: 'optional' },
  'seat-assigned': { mail: 'optional', in_app: 'optional' },
  'seat-revoked': { mail: 'optional', in_app: 'optional' },
  'member-removed': { mail: 'always', in_app: 'always' },
  'subscription-renewed': { mail: 'always', in_app: 'always' },
  'subscription-payment-failed': { mail: 'always', in_app: 'always' },
  'subscription-ending': { mail: 'optional', in_app: 'optional' },
  'subscription-resumed': { mail: 'optional', in_app: 'optional' },
  'subscription-ended': { mail: 'optional', in_app: 'optional' },
  'subscription-seats-exceeded': { mail: 'optional', in_app: 'optional' },
  'webhook-disabled': { mail: 'always', in_app: 'always' },
} as const satisfies Record<string, Record<NoticeChannel, 'always' | 'optional' | 'never'>>;

export type NoticeKind = keyof typeof NOTICE_KINDS;
export const NOTICE_CHANNELS = ['mail', 'in_app'] as const;
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
        }),
      )
      .min(1)
      .max(KINDS.length),
  })
  .meta({ id: 'NotificationPreferencesBody' });

import { z } from 'zod';
import { Instant, text } from './commands.ts';

/**
 * Everything that can differ between Stripe and the ledger. `auto`: repaired through the normal
 * handlers, because Stripe's own facts say what is right; `manual`: a person decides, always;
 * `assisted`: a run prepares what a person then decides.
 * A class never changes its meaning; new ones may be added.
 */
export const FINDING_CLASSES = {
  NOT_JUDGED: {
    severity: 'warning',
    repair: 'auto',
    meaning: 'An object could not be read or compared; each run tries again',
  },
  MISSED_EVENT: {
    severity: 'warning',
    repair: 'auto',
    meaning: 'An event of Stripe never arrived or was never handled',
  },
  MISSING_GRANT: {
    severity: 'critical',
    repair: 'auto',
    meaning: 'A payment succeeded and its credits were not granted',
  },
  PAID_AFTER_CLOSING: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'A payment succeeded for a wallet that was closed; refund it',
  },
  STALE_ORDER: {
    severity: 'info',
    repair: 'auto',
    meaning: 'An order is open although its payment page has closed',
  },
  UNPAID_TOO_LONG: {
    severity: 'warning',
    repair: 'manual',
    meaning: 'A checkout was completed two weeks ago and its money has not come',
  },
  ORPHAN_SESSION: {
    severity: 'critical',
    repair: 'assisted',
    meaning:
      'A paid checkout names an order that does not exist; it is rebuilt and waits for a decision',
  },
  GRANT_WITHOUT_PAYMENT: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'Credits were granted and Stripe knows of no payment',
  },
  AMOUNT_MISMATCH: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'What was paid is not what was ordered or booked',
  },
  ORPHAN_CHARGE: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'Money was taken and nothing of ours asked for it',
  },
  DOUBLE_CHARGE: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'One order was paid twice; refund the later charge',
  },
  REFUND_NOT_CLAWED: {
    severity: 'critical',
    repair: 'auto',
    meaning: 'Money went back and its credits were not taken back',
  },
  CLAW_NOT_RESTORED: {
    severity: 'critical',
    repair: 'auto',
    meaning: 'More credits were taken back than money went back',
  },
  MISSING_PERIOD_GRANT: {
    severity: 'critical',
    repair: 'auto',
    meaning: 'A bill of a subscription was paid and its periods were not granted',
  },
  EXTRA_PERIOD_GRANT: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'A period of a subscription was granted twice, or its bill was not paid',
  },
  SUB_DRIFT: {
    severity: 'warning',
    repair: 'auto',
    meaning: 'A subscription stands otherwise at Stripe than here',
  },
  TOP_UP_UNSETTLED: {
    severity: 'critical',
    repair: 'auto',
    meaning: 'An automatic top-up has an outcome at Stripe and none here',
  },
  PROMOTION_NOT_COUNTED: {
    severity: 'info',
    repair: 'auto',
    meaning: 'A page was completed with a code and its use was not noted',
  },
  DISCOUNT_MISMATCH: {
    severity: 'warning',
    repair: 'manual',
    meaning:
      'A page was completed with another discount than its order says, or with no code of it',
  },
  PROMOTION_MISCOUNT: {
    severity: 'warning',
    repair: 'manual',
    meaning: 'Stripe redeemed a code more or less often than we know of',
  },
  CODE_OVER_LIMIT: {
    severity: 'warning',
    repair: 'manual',
    meaning: 'A code was used more often than it may be',
  },
  STALE_RESERVATION: {
    severity: 'info',
    repair: 'auto',
    meaning: 'A bonus code is set aside for an order that nobody can pay',
  },
  CASH_NOT_BOOKED: {
    severity: 'warning',
    repair: 'auto',
    meaning: 'Stripe moved money of a known payment and the cash book does not have it',
  },
  CASH_MISMATCH: {
    severity: 'critical',
    repair: 'manual',
    meaning: 'The cash book and Stripe tell different amounts of the same movement',
  },
  CASH_IN_FLIGHT_TOO_LONG: {
    severity: 'warning',
    repair: 'manual',
    meaning: 'One side of a payment has waited two weeks for the other',
  },
} as const satisfies Record<
  string,
  {
    severity: 'critical' | 'warning' | 'info';
    repair: 'auto' | 'assisted' | 'manual';
    meaning: string;
  }
>;

export type FindingClass = keyof typeof FINDING_CLASSES;

export const CASE_STATES = ['open', 'parked', 'repaired', 'resolved'] as const;
export type CaseState = (typeof CASE_STATES)[number];

export const RECONCILIATION_STATES = [
  'waiting',
  'running',
  'complete',
  'partial',
  'skipped',
  'failed',
] as const;
export type ReconciliationState = (typeof RECONCILIATION_STATES)[number];

export const RECONCILIATION_MODES = ['dry_run', 'repair'] as const;
export type ReconciliationMode = (typeof RECONCILIATION_MODES)[number];

/** Asks for a run; without `mode` it only looks. */
export const ReconciliationBody = z
  .strictObject({
    mode: z.enum(RECONCILIATION_MODES).optional().meta({ description: 'Default: dry_run' }),
    from: Instant.optional().meta({ description: 'Inclusive; left out: two days before the end' }),
    to: Instant.optional().meta({
      description:
        'Exclusive; left out: a quarter of an hour ago, because webhooks may be under way',
    }),
  })
  .meta({ id: 'ReconciliationBody' });

/** What an operator decides about an order in review. */
export const ReviewBody = z
  .strictObject({
    decision: z.enum(['approve', 'dismiss']).meta({
      description:
        'approve: credit a rebuilt order as its page says; dismiss: credit nothing, because the money goes back or was not for credits',
    }),
    reason: text(500),
  })
  .meta({ id: 'ReviewBody' });

export const CaseResolutionBody = z
  .strictObject({ reason: text(500) })
  .meta({ id: 'CaseResolutionBody' });

import { FINDING_CLASSES, type FindingClass } from '@bursar/contracts';

const REFUND = 'Look at the payment in Stripe and refund it there';
const REPAIRED = 'A run repairs it by itself; look at the case again in a quarter of an hour.';

/** What a person does about a case of each class. Runs close a case as soon as both sides agree. */
const REMEDIES: Record<FindingClass, string> = {
  NOT_JUDGED: 'See what the findings of the latest run say about it, and whether Stripe shows it.',
  MISSED_EVENT: REPAIRED,
  MISSING_GRANT: REPAIRED,
  PAID_AFTER_CLOSING: `${REFUND}: its wallet was closed.`,
  STALE_ORDER: REPAIRED,
  UNPAID_TOO_LONG: 'Ask the bank or the customer where the money is; nothing was credited.',
  ORPHAN_SESSION:
    'Compare the rebuilt order with the page in Stripe, then approve or dismiss it; when none could be rebuilt, refund the payment or grant the credits by hand.',
  GRANT_WITHOUT_PAYMENT:
    'See in Stripe whether it was paid elsewhere; if not, reverse its credits.',
  AMOUNT_MISMATCH: `${REFUND}, or grant what is missing.`,
  ORPHAN_CHARGE: `${REFUND}, or close the case when it was for something else.`,
  DOUBLE_CHARGE: 'Refund the later charge in Stripe.',
  REFUND_NOT_CLAWED: REPAIRED,
  CLAW_NOT_RESTORED: REPAIRED,
  MISSING_PERIOD_GRANT: REPAIRED,
  EXTRA_PERIOD_GRANT:
    'Compare the bill in Stripe with the periods here, and reverse what nobody paid.',
  SUB_DRIFT: REPAIRED,
  TOP_UP_UNSETTLED: REPAIRED,
  PROMOTION_NOT_COUNTED: REPAIRED,
  DISCOUNT_MISMATCH: 'Compare the discount on the page in Stripe with the order.',
  PROMOTION_MISCOUNT:
    'See in Stripe who redeemed the code; close the case when others use it, too.',
  CODE_OVER_LIMIT: 'Switch the code off in Stripe, or raise its limit.',
  STALE_RESERVATION: REPAIRED,
  CASH_NOT_BOOKED: REPAIRED,
  CASH_MISMATCH: 'Compare the balance transaction in Stripe with the cash book.',
  CASH_IN_FLIGHT_TOO_LONG: 'Ask Stripe where the money is, or why it was never settled.',
};

/** The next step for whoever looks at a case. */
export function remedyOf(one: {
  id: string;
  class: string;
  purchase: string | null;
  parked: boolean;
}): string {
  const path = `/v1/reconciliation-cases/${one.id}`;
  const known = isKnown(one.class) ? REMEDIES[one.class] : 'Look at it with a newer version.';
  if (one.parked) {
    return `Repairing it has failed too often, so runs leave it alone. Mend what its findings say, then POST ${path}/retry. ${known}`;
  }
  const decide =
    one.class === 'ORPHAN_SESSION' && one.purchase !== null
      ? ` POST /v1/purchases/${one.purchase}/review decides.`
      : '';
  return `${known}${decide} Nothing has to be done? POST ${path}/resolution with the reason.`;
}

const isKnown = (name: string): name is FindingClass => Object.hasOwn(FINDING_CLASSES, name);

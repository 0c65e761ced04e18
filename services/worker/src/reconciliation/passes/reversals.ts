import { formatAmount } from '@bursar/contracts';
import {
  findReversedPayments,
  readTakeBackDifferences,
  type Finding,
  type TakeBackDifference,
} from '@bursar/ledger/operations';
import type { TimeWindow } from '@bursar/payments';
import { settleCash } from '../../cash/settle-cash.ts';
import { settleReversal } from '../../purchases/settle-reversal.ts';
import { eachAlone, type Examination, type Pass, type RepairResult, type Scope } from '../pass.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A refund may fail thirty days after it was made. */
const REFUNDS_LIVE_DAYS = 35;

/** Money that went back against credits that were taken back. */
export const reversalsPass: Pass = { name: 'reversals', runs: 'always', examine, repair };

async function examine(scope: Scope): Promise<Examination> {
  const { window, stripe, context } = scope;
  const from = scope.isLight ? window.from : refundsLiveSince(window);
  const refunds = await stripe.refunds({ from, to: window.to });
  const disputes = await stripe.disputes(window);
  const listed = [...refunds, ...disputes];
  const left = paymentsOf(listed.filter(({ id }) => scope.explained.has(id)));
  const touched = new Set([
    ...paymentsOf(listed),
    ...(scope.isLight ? [] : await findReversedPayments(context.db, from)),
    ...scope.openSubjects,
  ]);
  const payments = [...touched].filter((payment) => !left.has(payment));
  const ours = await readTakeBackDifferences(
    context.db,
    payments.map((paymentIntent) => ({ paymentIntent, returned: 0 })),
  );
  const failures: Examination['failures'] = [];
  const returned = await eachAlone(
    ours,
    ({ paymentIntent }) => paymentIntent,
    async ({ paymentIntent }) => {
      const money = await scope.call(() => context.payments.refundedOf(paymentIntent));
      return { paymentIntent, returned: money.refunded + money.disputed };
    },
    failures,
  );
  const differences = await readTakeBackDifferences(context.db, returned);
  return {
    findings: differences.filter(({ expected, actual }) => expected !== actual).map(findingOf),
    judged: differences.map(({ paymentIntent }) => paymentIntent),
    seen: { refunds: refunds.length, disputes: disputes.length, reversed_payments: ours.length },
    failures,
  };
}

/** The window, or longer: what was refunded before it may have failed within it. */
function refundsLiveSince({ from, to }: TimeWindow): Date {
  const since = new Date(to.getTime() - REFUNDS_LIVE_DAYS * DAY_MS);
  return since < from ? since : from;
}

const paymentsOf = (reversals: readonly { paymentIntent: string | null }[]): Set<string> =>
  new Set(reversals.flatMap(({ paymentIntent }) => paymentIntent ?? []));

const findingOf = (one: TakeBackDifference): Finding => ({
  class: one.expected > one.actual ? 'REFUND_NOT_CLAWED' : 'CLAW_NOT_RESTORED',
  subject: one.paymentIntent,
  stripeIds: [one.paymentIntent],
  wallet: one.wallet,
  purchase: one.purchase,
  expected: `${formatAmount(one.expected)} credits taken back`,
  actual: `${formatAmount(one.actual)} credits taken back`,
  deltaCredits: one.actual - one.expected,
  deltaMinor: 0n,
  currency: one.currency,
});

async function repair({ context }: Scope, finding: Finding): Promise<RepairResult> {
  const settled = await settleReversal(context, finding.subject);
  if (settled === 'recomputed') await settleCash(context, finding.subject);
  return settled === 'recomputed'
    ? { result: 'repaired', detail: 'What is taken back was computed anew from Stripe.' }
    : { result: 'failed', detail: 'The payment does not belong to an order any more.' };
}

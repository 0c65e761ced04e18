import { formatAmount } from '@bursar/contracts';
import {
  findTopUpsToCompare,
  readTopUp,
  type Finding,
  type TopUpAttempt,
} from '@bursar/ledger/operations';
import type { CardPayment } from '@bursar/payments';
import { settleCash } from '../../cash/settle-cash.ts';
import { runTopUp } from '../../top-ups/run-top-up.ts';
import { settleCardPayment } from '../../top-ups/settle-card-payment.ts';
import { eachAlone, type Examination, type Pass, type RepairResult, type Scope } from '../pass.ts';

const UNDER_WAY = new Set(['charging', 'processing', 'unknown']);
/** Past any request that was still on its way; what Stripe does not have by then, it never got. */
const ABSENT_AFTER_SECONDS = 25 * 3_600;

/** Automatic top-ups against the payments that Stripe made of them. */
export const topUpsPass: Pass = { name: 'top_ups', runs: 'always', examine, repair };

async function examine(scope: Scope): Promise<Examination> {
  const failures: Examination['failures'] = [];
  const tries = new Set([
    ...(await findTopUpsToCompare(scope.context.db, scope.window)),
    ...scope.openSubjects,
  ]);
  const findings = await eachAlone(
    [...tries],
    (id) => id,
    async (id) => {
      const attempt = await readTopUp(scope.context.db, id);
      if (attempt === null || attempt.startedAt === null) return null;
      return judge(attempt, await paymentOf(scope, attempt));
    },
    failures,
  );
  return {
    findings: findings.filter((one) => one !== null),
    judged: [...tries].filter((id) => !failures.some(({ subject }) => subject === id)),
    seen: { top_ups: tries.size },
    failures,
  };
}

/** By its id, or by what we wrote on it when an outage kept the id from us. */
const paymentOf = (
  { context, call }: Pick<Scope, 'context' | 'call'>,
  attempt: TopUpAttempt,
): Promise<CardPayment | null> =>
  call(() =>
    attempt.paymentIntent === null
      ? context.payments.findTopUpPayment({
          customer: attempt.customer ?? '',
          attempt: attempt.id,
          since: new Date(attempt.startedAt ?? 0),
        })
      : context.payments.readCardPayment(attempt.paymentIntent),
  );

function judge(attempt: TopUpAttempt, payment: CardPayment | null): Finding | null {
  const isUnderWay = UNDER_WAY.has(attempt.status);
  if (payment === null) {
    const isLost = isUnderWay && (attempt.ageSeconds ?? 0) > ABSENT_AFTER_SECONDS;
    return isLost ? differs(attempt, null, 'an outcome', 'Stripe has no payment of it') : null;
  }
  if (payment.state === 'succeeded' && attempt.status !== 'succeeded') {
    if (attempt.status === 'review') return null;
    const credits = BigInt(attempt.credits ?? 0);
    return {
      ...differs(attempt, payment, `${formatAmount(credits)} credits granted`, attempt.status),
      deltaCredits: credits,
    };
  }
  const isOver = payment.state === 'declined' || payment.state === 'canceled';
  return isOver && isUnderWay ? differs(attempt, payment, payment.state, attempt.status) : null;
}

const differs = (
  attempt: TopUpAttempt,
  payment: CardPayment | null,
  expected: string,
  actual: string,
): Finding => ({
  class: 'TOP_UP_UNSETTLED',
  subject: attempt.id,
  stripeIds: payment === null ? [] : [payment.paymentIntent],
  wallet: attempt.wallet,
  purchase: attempt.id,
  expected,
  actual,
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: attempt.currency,
});

async function repair(scope: Scope, { subject }: Finding): Promise<RepairResult> {
  const attempt = await readTopUp(scope.context.db, subject);
  if (attempt === null) return { result: 'failed', detail: 'There is no such top-up any more.' };
  const payment = await paymentOf(scope, attempt);
  if (payment === null) await runTopUp(scope.context, { attempt: subject });
  else await settleCardPayment(scope.context, payment);
  if (payment?.state === 'succeeded') await settleCash(scope.context, payment.paymentIntent);
  const now = await readTopUp(scope.context.db, subject);
  return now === null || UNDER_WAY.has(now.status)
    ? { result: 'failed', detail: `The top-up is still ${now?.status}.` }
    : { result: 'repaired', detail: `The top-up was settled: ${now.status}.` };
}

import { z } from 'zod';
import { readTopUp, settleTopUp, type TopUpAttempt } from '@bursar/ledger/operations';
import { decideTopUp, type CardPayment, type Decline } from '@bursar/payments';
import { settleReversal } from '../purchases/settle-reversal.ts';
import type { WorkerContext } from '../worker-context.ts';
import { offerCheckout } from './offer-checkout.ts';

const AttemptId = z.guid();

/**
 * Lets the ledger follow what Stripe says about a payment by a saved card. The one function behind
 * the job that charged, the webhook and the schedule: whoever comes first settles the try.
 */
export async function settleCardPayment(
  context: WorkerContext,
  payment: CardPayment,
): Promise<'settled' | 'waiting' | 'not_ours'> {
  const id = AttemptId.safeParse(payment.attempt);
  const attempt = id.success ? await readTopUp(context.db, id.data) : null;
  // Another installation on the same account, or a payment that was made for something else.
  if (attempt === null || attempt.startedAt === null) return 'not_ours';
  const decision = decideTopUp(payment, {
    attempt: attempt.id,
    amount: attempt.subtotal ?? 0,
    currency: attempt.currency ?? '',
    customer: attempt.customer,
    livemode: context.policy.livemode,
  });
  const { paymentIntent } = decision;
  switch (decision.action) {
    case 'grant':
      await settleTopUp(context.db, attempt.id, {
        status: 'succeeded',
        paymentIntent,
        paid: decision.paid,
      });
      // A refund whose event came first found no order by this payment, so it counts now.
      await settleReversal(context, paymentIntent);
      return 'settled';
    case 'decline':
      // What waits for its owner would wait for ever, and could still be paid long after.
      if (payment.parked) await context.payments.cancelCardPayment(paymentIntent);
      await settleDecline(context, attempt, paymentIntent, decision.decline);
      return 'settled';
    case 'give_up':
      await settleTopUp(context.db, attempt.id, {
        status: 'failed',
        paymentIntent,
        reason: decision.reason,
      });
      return 'settled';
    case 'review':
      context.log.error(
        { attempt: attempt.id, reason: decision.reason },
        'A payment does not match its top-up',
      );
      await settleTopUp(context.db, attempt.id, {
        status: 'review',
        paymentIntent,
        reason: decision.reason,
      });
      return 'settled';
    case 'wait':
      await settleTopUp(context.db, attempt.id, { status: 'processing', paymentIntent });
      return 'waiting';
  }
}

/** The person is told of the decline together with where to pay themselves. */
export async function settleDecline(
  context: WorkerContext,
  attempt: TopUpAttempt,
  paymentIntent: string | null,
  { kind, code }: Decline,
): Promise<void> {
  const isOver = !['charging', 'processing', 'unknown'].includes(attempt.status);
  if (isOver) return;
  if (kind === 'refused') {
    context.log.error({ attempt: attempt.id, code }, 'Stripe refused a top-up as a request');
  }
  const helps = kind === 'soft' || kind === 'hard' || kind === 'authentication';
  const checkoutUrl = helps ? await offerCheckout(context, attempt) : null;
  await settleTopUp(context.db, attempt.id, {
    status: 'declined',
    paymentIntent,
    kind,
    code,
    checkoutUrl,
  });
}

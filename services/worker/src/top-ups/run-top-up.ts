import { formatAmount, type JobPayload } from '@bursar/contracts';
import { beginTopUp, settleTopUp, type TopUpAttempt } from '@bursar/ledger/operations';
import { isTransientPaymentError, type CardPayment } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';
import { settleCardPayment, settleDecline } from './settle-card-payment.ts';

/** Stripe forgets idempotency keys after a day; from a little before that on it is asked instead. */
const KEY_LIFE_SECONDS = 23 * 3_600;
/** Past any request that was still on its way when the key was last used. */
const ABSENT_AFTER_SECONDS = 25 * 3_600;

const UNDER_WAY = new Set(['charging', 'processing', 'unknown']);

/**
 * Tries to buy, or finds out what became of a try. Safe to run at any time and as often as one
 * likes: the order is written once, the card is charged once under the try's key, and an outcome
 * counts once.
 */
export async function runTopUp(context: WorkerContext, job: JobPayload<'top-up'>): Promise<void> {
  const attempt = await beginTopUp(context.db, job.attempt, context.policy.creditPrice);
  if (attempt === null || !UNDER_WAY.has(attempt.status)) return;
  try {
    const payment = await paymentOf(context, attempt);
    if (payment !== null) await settleCardPayment(context, payment);
  } catch (error) {
    // An outage is no outcome. The same try goes on under the same key.
    if (isTransientPaymentError(error)) {
      await settleTopUp(context.db, attempt.id, { status: 'unknown' });
    }
    throw error;
  }
}

/** What Stripe has of the try; null when the try ended without a payment, or has to wait. */
async function paymentOf(
  context: WorkerContext,
  attempt: TopUpAttempt,
): Promise<CardPayment | null> {
  const { payments } = context;
  if (attempt.paymentIntent !== null) return payments.readCardPayment(attempt.paymentIntent);
  if ((attempt.ageSeconds ?? 0) >= KEY_LIFE_SECONDS) return lookFor(context, attempt);
  const { customer, paymentMethod, subtotal, currency, credits } = attempt;
  if (customer === null || paymentMethod === null || subtotal === null || currency === null) {
    throw new Error(`The top-up ${attempt.id} is under way without an order.`);
  }
  const answer = await payments.chargeSavedCard({
    attempt: attempt.id,
    wallet: attempt.wallet,
    customer,
    paymentMethod,
    amount: subtotal,
    currency,
    description: `Auto top-up: ${formatAmount(BigInt(credits ?? 0))} credits`,
  });
  if (answer.payment === null) await settleDecline(context, attempt, null, answer.decline);
  return answer.payment;
}

/** The key may be forgotten, so charging again could charge twice: the payment is looked for. */
async function lookFor(context: WorkerContext, attempt: TopUpAttempt): Promise<CardPayment | null> {
  const found = await context.payments.findTopUpPayment({
    customer: attempt.customer ?? '',
    attempt: attempt.id,
    since: new Date(attempt.startedAt ?? 0),
  });
  if (found === null && (attempt.ageSeconds ?? 0) >= ABSENT_AFTER_SECONDS) {
    await settleTopUp(context.db, attempt.id, {
      status: 'failed',
      paymentIntent: null,
      reason: 'Stripe has no payment of this try',
    });
  }
  return found;
}

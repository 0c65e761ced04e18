import { toPublicId, type JobPayload, type OperationHead } from '@bursar/contracts';
import {
  cancelPurchase,
  findPurchase,
  finishCancellation,
  finishRefund,
  refuseRefund,
  startedRefund,
  startRefund,
} from '@bursar/ledger/operations';
import { settleReversal } from '../purchases/settle-reversal.ts';
import { settleSession } from '../purchases/settle-session.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Carries out what somebody wants of an order that exists. */
export async function changePurchase(
  context: WorkerContext,
  { operation, change }: JobPayload<'change-purchase'>,
): Promise<void> {
  if (change.type === 'cancellation') await cancel(context, operation, change.purchase);
  else await refund(context, operation, change);
}

/** Stripe closes the page, or says that a payment was faster; the order follows what it says. */
async function cancel(
  context: WorkerContext,
  operation: OperationHead,
  purchase: string,
): Promise<void> {
  const asked = await cancelPurchase(context.db, operation, purchase);
  if (asked.verdict !== 'pending') return;
  const session = String(asked.result['session']);
  await context.payments.expireCheckout(session, toPublicId('pur', purchase));
  await settleSession(context, session);
  await finishCancellation(context.db, operation, purchase);
}

type RefundChange = Extract<JobPayload<'change-purchase'>['change'], { type: 'refund' }>;

/** The wallet follows Stripe's refunds before the command is answered, so the answer shows it. */
async function refund(
  context: WorkerContext,
  operation: OperationHead,
  change: RefundChange,
): Promise<void> {
  const order = await findPurchase(context.db, { id: change.purchase });
  const paymentIntent = order?.paymentIntent ?? null;
  const money =
    paymentIntent === null
      ? { refunded: 0, disputed: 0 }
      : await context.payments.refundedOf(paymentIntent);
  const started = await startRefund(context.db, operation, {
    purchase: change.purchase,
    amount: change.amount ?? null,
    reason: change.reason,
    override: change.override,
    windowDays: context.policy.refundWindowDays,
    refunded: money.refunded,
    disputed: money.disputed,
  });
  if (started.verdict !== 'pending' || paymentIntent === null) return;
  const { id, amount } = startedRefund(started.result);
  const made = await context.payments.refundPayment({
    refundId: toPublicId('rfd', id),
    purchaseId: toPublicId('pur', change.purchase),
    paymentIntent,
    amount,
  });
  if (!made.ok) {
    await refuseRefund(context.db, operation, id, { code: made.code, detail: REFUSED[made.code] });
    return;
  }
  await settleReversal(context, paymentIntent);
  await finishRefund(context.db, operation, id, { stripeRefund: made.id, status: made.status });
}

/** What Stripe knew better than we did a moment ago. */
const REFUSED = {
  already_refunded: 'All of this purchase was refunded meanwhile; no credits moved.',
  purchase_disputed:
    'The payment is disputed, so the bank decides about its money; nothing was refunded and no credits moved.',
  refund_exceeds_payment: 'Less than that is left to refund; no credits moved.',
} as const;

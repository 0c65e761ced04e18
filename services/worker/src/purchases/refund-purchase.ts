import { toPublicId, type OperationHead, type PurchaseChange } from '@bursar/contracts';
import {
  findPurchase,
  finishRefund,
  refuseRefund,
  startedRefund,
  startRefund,
} from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';
import { settleReversal } from './settle-reversal.ts';

type RefundChange = Extract<PurchaseChange, { type: 'refund' }>;

/**
 * Gives money back once for an operation. The wallet follows Stripe's refunds before the operation
 * is answered, so the answer shows it.
 */
export async function refundPurchase(
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

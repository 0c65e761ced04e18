import { toPublicId, type JobPayload, type OperationHead } from '@bursar/contracts';
import { cancelPurchase, finishCancellation } from '@bursar/ledger/operations';
import { refundPurchase } from '../purchases/refund-purchase.ts';
import { settleSession } from '../purchases/settle-session.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Carries out what somebody wants of an order that exists. */
export async function changePurchase(
  context: WorkerContext,
  { operation, change }: JobPayload<'change-purchase'>,
): Promise<void> {
  if (change.type === 'cancellation') await cancel(context, operation, change.purchase);
  else await refundPurchase(context, operation, change);
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

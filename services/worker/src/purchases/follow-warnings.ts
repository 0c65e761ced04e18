import { createHash } from 'node:crypto';
import { fromPublicId, hexToUuid, type OperationHead } from '@bursar/contracts';
import { clearPaymentWarning, findPurchase, pauseAutoTopUp } from '@bursar/ledger/operations';
import type { WarnedPayment } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';
import { OrderNotReady } from './order-not-ready.ts';
import { refundPurchase } from './refund-purchase.ts';
import { warnOf } from './warn-of.ts';

/**
 * A bank calls a payment fraudulent before anybody disputes it. Codes and top-ups of the wallet stop
 * until an operator has looked; where the policy says so the money goes back at once, which may
 * still avert the dispute and its fee.
 */
export async function followFraudWarning(
  context: WorkerContext,
  id: string,
): Promise<'processed' | 'ignored'> {
  const warning = await context.payments.readFraudWarning(id);
  const purchase = warning === null ? null : await orderOf(context, warning.payment);
  if (warning === null || purchase === null) return 'ignored';
  await warnOf(context, purchase, id, 'fraud_warning');
  // The card may be somebody else's; disputes pause top-ups where they are taken back.
  await pauseAutoTopUp(context.db, purchase.wallet, 'fraud_warning');
  if (warning.isActionable && context.policy.fraudWarnings === 'refund') {
    await refundFraud(context, id, purchase);
  }
  return 'processed';
}

/** A rule of the shop asks for a look at a payment; what is found harmless frees the codes again. */
export async function followReview(
  context: WorkerContext,
  id: string,
): Promise<'processed' | 'ignored'> {
  const review = await context.payments.readReview(id);
  const purchase = review === null ? null : await orderOf(context, review.payment);
  if (review === null || purchase === null) return 'ignored';
  if (review.state === 'harmless') await clearPaymentWarning(context.db, id);
  else await warnOf(context, purchase, id, 'review');
  return 'processed';
}

/** Both may come before the order knows its payment, which names the order in its metadata. */
async function orderOf(context: WorkerContext, payment: WarnedPayment) {
  const known = await findPurchase(context.db, { paymentIntent: payment.id });
  if (known !== null) return known;
  const id = payment.purchase === null ? null : fromPublicId('pur', payment.purchase);
  return id === null ? null : findPurchase(context.db, { id });
}

async function refundFraud(
  context: WorkerContext,
  warning: string,
  purchase: { id: string; status: string },
): Promise<void> {
  if (purchase.status === 'awaiting_payment') {
    throw new OrderNotReady(`The order of the warning ${warning} is not settled yet.`);
  }
  await refundPurchase(context, headOf(warning), {
    type: 'refund',
    purchase: purchase.id,
    reason: 'A bank warned that the payment is fraudulent',
    override: true,
  });
}

/** Made from the warning alone, so that a repetition finds the same refund. */
function headOf(warning: string): OperationHead {
  const digest = createHash('sha256').update(`fraud-warning:${warning}`).digest('hex');
  const key = hexToUuid(digest.slice(0, 32));
  return {
    key,
    hash: key,
    caller: 'system:fraud-warning',
    actor: 'system:fraud-warning',
    accepted_at: new Date().toISOString(),
  };
}

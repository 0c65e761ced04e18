import { createHash } from 'node:crypto';
import { fromPublicId, operationKeyOf, type OperationHead } from '@bursar/contracts';
import {
  clearPaymentWarning,
  findPurchase,
  pauseAutoTopUp,
  type PurchaseRecord,
} from '@bursar/ledger/operations';
import type { WarnedPayment } from '@bursar/payments';
import { z } from 'zod';
import type { WorkerContext } from '../worker-context.ts';
import { OrderNotReady } from './order-not-ready.ts';
import { refundPurchase } from './refund-purchase.ts';
import { warnOf } from './warn-of.ts';

const AttemptId = z.guid();

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

/** Both may come before the order knows its payment, whose metadata names the order or the top-up. */
async function orderOf(
  context: WorkerContext,
  { id: paymentIntent, purchase, attempt }: WarnedPayment,
): Promise<PurchaseRecord | null> {
  const known = await findPurchase(context.db, { paymentIntent });
  if (known !== null) return known;
  const topUp = AttemptId.safeParse(attempt).data ?? null;
  const id = purchase === null ? topUp : fromPublicId('pur', purchase);
  return id === null ? null : findPurchase(context.db, { id });
}

/** What was paid is credited in these states, too, as soon as the payment is heard of. */
const NOT_SETTLED = new Set(['awaiting_payment', 'expired', 'cancelled', 'failed']);

async function refundFraud(
  context: WorkerContext,
  warning: string,
  purchase: PurchaseRecord,
): Promise<void> {
  // A person decides about its money, or has.
  if (purchase.heldBack || purchase.status === 'needs_review') return;
  if (NOT_SETTLED.has(purchase.status)) {
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
  const key = operationKeyOf(createHash('sha256').update(`fraud-warning:${warning}`).digest('hex'));
  return {
    key,
    hash: key,
    caller: 'system:fraud-warning',
    actor: 'system:fraud-warning',
    accepted_at: new Date().toISOString(),
  };
}

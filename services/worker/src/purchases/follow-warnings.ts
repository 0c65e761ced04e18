import {
  clearPaymentWarning,
  findPurchase,
  pauseAutoTopUp,
  recordPaymentWarning,
} from '@bursar/ledger/operations';
import type { Reversal } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/** Decided for us, or never about money; a lost one stays a warning until an operator clears it. */
const HARMLESS = new Set(['won', 'warning_closed', 'prevented']);

/** A dispute freezes the wallet's codes; one that ends well frees them. */
export async function followDisputes(
  context: WorkerContext,
  purchase: { id: string; wallet: string },
  disputes: readonly Reversal[],
): Promise<void> {
  for (const { id, status } of disputes) {
    if (HARMLESS.has(status)) await clearPaymentWarning(context.db, id);
    else await warn(context, purchase, id, 'dispute');
  }
}

/** A bank calls a payment fraudulent before anybody disputes it. */
export async function followFraudWarning(
  context: WorkerContext,
  warning: string,
): Promise<'processed' | 'ignored'> {
  const paymentIntent = await context.payments.paymentOfWarning(warning);
  const purchase =
    paymentIntent === null ? null : await findPurchase(context.db, { paymentIntent });
  if (purchase === null) return 'ignored';
  await warn(context, purchase, warning, 'fraud_warning');
  // The card may be somebody else's; disputes pause top-ups where they are taken back.
  await pauseAutoTopUp(context.db, purchase.wallet, 'fraud_warning');
  return 'processed';
}

async function warn(
  context: WorkerContext,
  purchase: { id: string; wallet: string },
  id: string,
  kind: 'fraud_warning' | 'dispute',
): Promise<void> {
  const isFirst = await recordPaymentWarning(context.db, id, purchase.id, kind);
  if (!isFirst) return;
  context.log.warn({ wallet: purchase.wallet, kind, id }, 'A bank warns of a payment');
}

import { recordPaymentWarning } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** Freezes the codes of the wallet that made the purchase; says so in the log the first time. */
export async function warnOf(
  context: WorkerContext,
  purchase: { id: string; wallet: string },
  id: string,
  kind: 'fraud_warning' | 'dispute' | 'review',
): Promise<void> {
  const isFirst = await recordPaymentWarning(context.db, id, purchase.id, kind);
  if (!isFirst) return;
  context.log.warn({ wallet: purchase.wallet, kind, id }, 'Somebody warns of a payment');
}

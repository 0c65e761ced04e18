import { clearPaymentWarning } from '@bursar/ledger/operations';
import type { Reversal } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';
import { warnOf } from './warn-of.ts';

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
    else await warnOf(context, purchase, id, 'dispute');
  }
}

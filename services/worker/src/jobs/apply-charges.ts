import type { ChargeItem } from '@bursar/contracts';
import { applyChargesAtOnce } from '@bursar/ledger/operations';
import type { ItemSettlement } from '@bursar/queues';
import type { WorkerContext } from '../worker-context.ts';

const DONE: ItemSettlement = { status: 'done' };

/**
 * Applies a batch of charges in one transaction. Every verdict is final, refusals and conflicts
 * included: the operation's row tells the caller, so the queue has nothing left to do.
 */
export async function applyChargeBatch(
  context: WorkerContext,
  items: readonly ChargeItem[],
): Promise<readonly ItemSettlement[]> {
  await applyChargesAtOnce(context.db, items);
  return items.map(() => DONE);
}

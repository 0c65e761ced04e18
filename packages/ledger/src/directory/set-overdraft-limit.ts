import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

/**
 * Sets how far charges may go past a wallet's credits, in micro-credits; `null` is any amount. What
 * is owed already stays owed.
 *
 * @returns false when there is no such wallet.
 */
export async function setOverdraftLimit(
  db: Database,
  setting: { wallet: string; limit: bigint | null },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ found: boolean }]>`
      select bursar.set_overdraft_limit(${setting.wallet}, ${setting.limit}) as found`;
    return row.found;
  });
}

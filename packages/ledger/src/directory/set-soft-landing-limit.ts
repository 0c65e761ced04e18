import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

/**
 * Sets how much debt beyond a wallet's overdraft limit the holds under way may declare together, in
 * micro-credits. What was declared already stays declared.
 *
 * @returns false when there is no such wallet.
 */
export async function setSoftLandingLimit(
  db: Database,
  setting: { wallet: string; limit: bigint },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ found: boolean }]>`
      select bursar.set_soft_landing_limit(${setting.wallet}, ${setting.limit}) as found`;
    return row.found;
  });
}

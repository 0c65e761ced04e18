import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

const WALLETS_PER_TRANSACTION = 200;

/**
 * Posts the expiry of everything that is due: holds first, because what they free may have lapsed.
 * Returns how many wallets and holds were touched.
 */
export async function expireDue(db: Database): Promise<{ holds: number; wallets: number }> {
  return {
    holds: await untilDone(db, 'expire_holds'),
    wallets: await untilDone(db, 'expire_due'),
  };
}

async function untilDone(db: Database, name: 'expire_holds' | 'expire_due'): Promise<number> {
  let total = 0;
  for (;;) {
    const touched = await inTransaction(db, async (tx) => {
      const rows = await tx<{ count: number }[]>`
        select ${tx.unsafe(`bursar.${name}`)}(${WALLETS_PER_TRANSACTION}) as count`;
      return rows[0]?.count ?? 0;
    });
    total += touched;
    if (touched < WALLETS_PER_TRANSACTION) return total;
  }
}

import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

const REQUESTS_PER_TRANSACTION = 200;

/** Ends the requests that nobody decided in time. Returns how many. */
export async function expireRequests(db: Database): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await inTransaction(db, async (tx) => {
      const [row] = await tx<{ count: number }[]>`
        select bursar.expire_requests(${REQUESTS_PER_TRANSACTION}) as count`;
      return row?.count ?? 0;
    });
    total += ended;
    if (ended < REQUESTS_PER_TRANSACTION) return total;
  }
}

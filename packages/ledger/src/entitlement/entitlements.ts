import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { eachByItself } from '../database/each-by-itself.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Gives a newcomer the default allocation; `pending` while the pool cannot pay it. */
export async function giveDefault(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'default_allocation'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.give_default(
        ${headOf(tx, head, 'default_allocation')}, ${command.organization}, ${command.member},
        ${command.amount}::text::bigint)`,
  );
}

/**
 * Tries to pay what pools could not pay before, those first that were tried longest ago; at most
 * `limit` of those that were last tried `afterSeconds` ago. Returns how many were settled.
 */
export async function payDelayed(
  db: Database,
  afterSeconds: number,
  limit: number,
): Promise<number> {
  const rows = await db<{ operation: string }[]>`
    select e.operation from bursar.entitlements e
    where e.status = 'delayed' and e.tried_at <= now() - make_interval(secs => ${afterSeconds}::integer)
    order by e.tried_at limit ${limit}`;
  let settled = 0;
  await eachByItself(rows, async ({ operation }) => {
    const paid = await inTransaction(db, async (tx) => {
      const [row] = await tx<{ paid: boolean }[]>`
        select bursar.retry_entitlement(${operation}::uuid) as paid`;
      return row?.paid ?? false;
    });
    settled += Number(paid);
  });
  return settled;
}

import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { eachByItself } from '../database/each-by-itself.ts';
import { inTransaction } from '../database/transaction.ts';
import {
  headOf,
  outcomeFrom,
  type Json,
  type Outcome,
  type OutcomeRow,
} from '../operation/outcome.ts';

/** Members asked per transaction: few enough that the pool's lock is held for some tens of milliseconds. */
const MEMBERS_PER_TRANSACTION = 250;

/** Freezes whom an undo will ask: everybody whom the allocation reached. */
export async function undoAllocation(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'allocation_undo'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.undo_allocation(
        ${headOf(tx, head, 'allocation_undo')}, ${command.allocation}::uuid, ${command.reason ?? null})`,
  );
}

/** What a recall that has begun in `tx`, and will be rolled back, would bring back from whom. */
export async function previewRecall(tx: LedgerTransaction, id: string): Promise<Json> {
  const rows = await tx<{ preview: Json }[]>`
    select bursar.recall_preview(${id}::uuid) as preview`;
  if (rows[0] === undefined) throw new Error(`The recall ${id} is gone.`);
  return rows[0].preview;
}

/** Asks members until all were asked. After a crash the same call goes on where it stopped. */
export async function finishRecall(db: Database, id: string): Promise<Outcome> {
  for (;;) {
    const outcome = await inTransaction(db, (tx) => continueRecall(tx, id));
    if (outcome.verdict !== 'pending') return outcome;
  }
}

async function continueRecall(tx: LedgerTransaction, id: string): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.continue_recall(${id}::uuid, ${MEMBERS_PER_TRANSACTION})`,
  );
}

/** Goes on with recalls that have been running for longer than they should: their worker was lost. */
export async function resumeRecalls(
  db: Database,
  olderThanSeconds: number,
  limit: number,
): Promise<number> {
  const rows = await db<{ id: string }[]>`
    select r.id from bursar.recalls r
    where r.status = 'running' and r.created_at < now() - make_interval(secs => ${olderThanSeconds}::integer)
    order by r.created_at limit ${limit}`;
  await eachByItself(rows, async ({ id }) => {
    await finishRecall(db, id);
  });
  return rows.length;
}

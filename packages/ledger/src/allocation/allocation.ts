import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Recipients served per transaction: few enough that the pool's lock is held for milliseconds. */
const RECIPIENTS_PER_TRANSACTION = 100;

/** Freezes the recipients and sets the whole sum aside, or refuses the whole. */
export async function startAllocation(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'allocation'>,
): Promise<Outcome> {
  const recipients = command.recipients === 'all' ? null : command.recipients;
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.start_allocation(
        ${headOf(tx, head, 'allocation')}, ${command.from}, ${recipients}::text[],
        ${command.amount_per_recipient}::text::bigint, ${command.kind ?? null}::bursar.lot_kind,
        ${command.reason ?? null})`,
  );
}

/** Serves recipients until all have theirs. After a crash the same call goes on where it stopped. */
export async function finishAllocation(
  db: Database,
  started: Extract<Outcome, { verdict: 'pending' }>,
): Promise<Outcome> {
  const id = String(started.result['allocation']);
  for (;;) {
    const outcome = await inTransaction(db, (tx) => continueAllocation(tx, id));
    if (outcome.verdict !== 'pending') return outcome;
  }
}

export async function continueAllocation(tx: LedgerTransaction, id: string): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.continue_allocation(${id}::uuid, ${RECIPIENTS_PER_TRANSACTION})`,
  );
}

/** Goes on with allocations that have been running for longer than they should: their worker was lost. */
export async function resumeAllocations(
  db: Database,
  olderThanSeconds: number,
  limit: number,
): Promise<number> {
  const rows = await db<{ id: string }[]>`
    select a.id from bursar.allocations a
    where a.status = 'running' and a.created_at < now() - make_interval(secs => ${olderThanSeconds}::integer)
    order by a.created_at limit ${limit}`;
  for (const { id } of rows) {
    await finishAllocation(db, { verdict: 'pending', result: { allocation: id } });
  }
  return rows.length;
}

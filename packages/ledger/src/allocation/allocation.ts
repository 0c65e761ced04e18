import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { eachByItself } from '../database/each-by-itself.ts';
import { inBatches } from '../database/in-batches.ts';
import { inTransaction } from '../database/transaction.ts';
import {
  headOf,
  outcomeFrom,
  type Json,
  type Outcome,
  type OutcomeRow,
} from '../operation/outcome.ts';

/** Recipients served per transaction: few enough that the pool's lock is held for some tens of milliseconds. */
const RECIPIENTS_PER_TRANSACTION = 250;

/** Freezes the recipients and sets the whole sum aside, or refuses the whole. */
export async function startAllocation(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'allocation'>,
): Promise<Outcome> {
  const { owners, amounts, list } = recipientsOf(command.recipients);
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.start_allocation(
        ${headOf(tx, head, 'allocation')}, ${command.from}, ${owners}::text[], ${amounts}::text[]::bigint[],
        ${list}::uuid, ${command.amount_per_recipient ?? null}::text::bigint,
        ${command.kind ?? null}::bursar.lot_kind, ${command.reason ?? null})`,
  );
}

interface Recipients {
  /** `null`: every active member, or those of the list. */
  owners: string[] | null;
  /** Micro-credits in the order of the owners; `null` when all get the same. */
  amounts: string[] | null;
  list: string | null;
}

function recipientsOf(asked: LedgerCommandOf<'allocation'>['recipients']): Recipients {
  if (asked === 'all') return { owners: null, amounts: null, list: null };
  if (!Array.isArray(asked)) return { owners: null, amounts: null, list: asked.list };
  const owners = asked.map((one) => (typeof one === 'string' ? one : one.user));
  const amounts = asked.flatMap((one) => (typeof one === 'string' ? [] : [one.amount]));
  return { owners, amounts: amounts.length === 0 ? null : amounts, list: null };
}

/** What an allocation that has begun in `tx`, and will be rolled back, would come to. */
export async function previewAllocation(tx: LedgerTransaction, id: string): Promise<Json> {
  const rows = await tx<{ preview: Json }[]>`
    select bursar.allocation_preview(${id}::uuid) as preview`;
  if (rows[0] === undefined) throw new Error(`The allocation ${id} is gone.`);
  return rows[0].preview;
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

async function continueAllocation(tx: LedgerTransaction, id: string): Promise<Outcome> {
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
  await eachByItself(rows, async ({ id }) => {
    await finishAllocation(db, { verdict: 'pending', result: { allocation: id } });
  });
  return rows.length;
}

/** Lists that one statement drops: of a hundred thousand recipients each, some hundred megabytes. */
const LISTS_AT_ONCE = 20;

/** Drops stored lists of recipients whose time is over, at most `limit` of them; returns how many. */
export async function forgetRecipients(db: Database, limit: number): Promise<number> {
  return inBatches(LISTS_AT_ONCE, limit, async (size) => {
    const [row] = await db<[{ count: number }]>`
      select bursar.forget_recipients(${size}::integer) as count`;
    return row.count;
  });
}

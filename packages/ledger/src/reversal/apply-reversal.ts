import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Gives back a charge, or part of it, to where it came from. */
export async function applyReversal(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'reversal'>,
  graceDays: number,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.apply_reversal(
        ${headOf(tx, head, 'reversal')}, ${command.transaction}::uuid, ${command.amount ?? null}::text::bigint,
        ${command.reason}, make_interval(days => ${graceDays}::integer))`,
  );
}

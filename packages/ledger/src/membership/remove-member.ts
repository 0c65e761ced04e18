import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Ends a membership and returns to the pool what it had handed out and is unspent. */
export async function removeMember(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'member_removal'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.remove_member(
        ${headOf(tx, head, 'member_removal')}, ${command.organization}, ${command.member})`,
  );
}

import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Gives credits that nobody paid for; what the wallet owes is settled first. */
export async function applyGrant(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'grant'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.apply_grant(
        ${headOf(tx, head, 'grant')}, ${command.wallet}, ${command.amount}::text::bigint,
        ${command.kind}::bursar.lot_kind, ${command.expires_at ?? null}::text::timestamptz,
        ${command.effective_at ?? null}::text::timestamptz, ${command.priority ?? null}::smallint, ${command.reason})`,
  );
}

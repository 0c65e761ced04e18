import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Moves available credits between an organization and a member, lot by lot; never creates debt. */
export async function applyTransfer(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'transfer'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.apply_transfer(
        ${headOf(tx, head, 'transfer')}, ${command.from}, ${command.to}, ${command.amount}::text::bigint,
        ${command.kind ?? null}::bursar.lot_kind, ${command.message ?? null}, ${command.unrestricted})`,
  );
}

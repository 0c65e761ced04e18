import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Gives a member a seat; `pending` while its credits wait for a pool that can pay them. */
export async function assignSeat(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'seat_assignment'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.assign_seat(
        ${headOf(tx, head, 'seat_assignment')}, ${command.organization}, ${command.member})`,
  );
}

/** Takes a seat away; the credits it brought stay. */
export async function revokeSeat(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'seat_revocation'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.revoke_seat(
        ${headOf(tx, head, 'seat_revocation')}, ${command.organization}, ${command.member})`,
  );
}

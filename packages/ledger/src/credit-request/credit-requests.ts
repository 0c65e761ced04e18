import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** A member asks the organization for credits; one request may be pending at a time. */
export async function requestCredits(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'credit_request'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.request_credits(
        ${headOf(tx, head, 'credit_request')}, ${command.organization}, ${command.member},
        ${command.amount}::text::bigint, ${command.reason ?? null})`,
  );
}

/** Grants what was asked, or less: the transfer and the decision are one transaction. */
export async function approveRequest(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'credit_request_approval'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.approve_request(
        ${headOf(tx, head, 'credit_request_approval')}, ${command.request}::uuid,
        ${command.amount ?? null}::text::bigint)`,
  );
}

/** Declines a request; the member sees the reason. */
export async function rejectRequest(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'credit_request_rejection'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.close_request(
        ${headOf(tx, head, 'credit_request_rejection')}, ${command.request}::uuid, 'rejected',
        ${command.reason ?? null})`,
  );
}

/** Takes a request back; only its author asks for this. */
export async function cancelRequest(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'credit_request_cancellation'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.close_request(
        ${headOf(tx, head, 'credit_request_cancellation')}, ${command.request}::uuid, 'cancelled', null)`,
  );
}

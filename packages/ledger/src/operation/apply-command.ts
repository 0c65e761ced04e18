import assert from 'node:assert/strict';
import type { HoldCommand, LedgerCommand, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { finishAllocation, startAllocation } from '../allocation/allocation.ts';
import {
  approveRequest,
  cancelRequest,
  rejectRequest,
  requestCredits,
} from '../credit-request/credit-requests.ts';
import { applyGrant } from '../grant/apply-grant.ts';
import { applyHoldCommands } from '../hold/apply-hold-commands.ts';
import { removeMember } from '../membership/remove-member.ts';
import { giveDefault } from '../entitlement/entitlements.ts';
import { finishRecall, undoAllocation } from '../recall/recall.ts';
import { finishSimulation, startSimulation } from '../rule/simulate-rule.ts';
import { deleteOrganization } from '../organization-deletion/delete-organization.ts';
import { applyReversal } from '../reversal/apply-reversal.ts';
import { assignSeat, revokeSeat } from '../seat/seats.ts';
import { applyTransfer } from '../transfer/apply-transfer.ts';
import type { Outcome } from './outcome.ts';

export interface LedgerPolicy {
  /** How long credits live on that a reversal gives back after their lot had expired. */
  graceDays: number;
}

/**
 * Applies one command in its own transaction, exactly once for its operation key; called again it
 * answers with the first outcome. Allocations, and undoing them, go on in further transactions until
 * everybody was served. What a pool could not pay stays `pending`, and is paid by `payDelayed`.
 *
 * @throws on outages only; refusals are outcomes.
 */
export async function applyCommand(
  db: Database,
  head: OperationHead,
  command: LedgerCommand,
  policy: LedgerPolicy,
): Promise<Outcome> {
  const outcome = await inTransaction(db, (tx) => runCommand(tx, head, command, policy));
  if (outcome.verdict !== 'pending') return outcome;
  if (command.type === 'allocation') return finishAllocation(db, outcome);
  if (command.type === 'allocation_undo') return finishRecall(db, String(outcome.result['recall']));
  if (command.type === 'rule_simulation') {
    return finishSimulation(db, String(outcome.result['simulation']));
  }
  return outcome;
}

/** The command's first transaction: all of it, except for allocations. */
export function runCommand(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommand,
  policy: LedgerPolicy,
): Promise<Outcome> {
  switch (command.type) {
    case 'grant':
      return applyGrant(tx, head, command);
    case 'transfer':
      return applyTransfer(tx, head, command);
    case 'allocation':
      return startAllocation(tx, head, command);
    case 'reversal':
      return applyReversal(tx, head, command, policy.graceDays);
    case 'hold':
    case 'hold_capture':
    case 'hold_release':
    case 'hold_extension':
      return applyHoldCommand(tx, head, command);
    case 'credit_request':
      return requestCredits(tx, head, command);
    case 'credit_request_approval':
      return approveRequest(tx, head, command);
    case 'credit_request_rejection':
      return rejectRequest(tx, head, command);
    case 'credit_request_cancellation':
      return cancelRequest(tx, head, command);
    case 'allocation_undo':
      return undoAllocation(tx, head, command);
    case 'default_allocation':
      return giveDefault(tx, head, command);
    case 'seat_assignment':
      return assignSeat(tx, head, command);
    case 'seat_revocation':
      return revokeSeat(tx, head, command);
    case 'member_removal':
      return removeMember(tx, head, command);
    case 'rule_simulation':
      return startSimulation(tx, head, command);
    case 'organization_deletion':
      return deleteOrganization(tx, head, command);
  }
}

/** A batch of one. */
async function applyHoldCommand(
  tx: LedgerTransaction,
  operation: OperationHead,
  command: HoldCommand,
): Promise<Outcome> {
  const [outcome] = await applyHoldCommands(tx, [{ operation, command }]);
  assert(outcome !== undefined, 'each command has an outcome');
  return outcome;
}

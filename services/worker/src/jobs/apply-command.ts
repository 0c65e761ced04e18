import type { JobPayload } from '@bursar/contracts';
import { applyCommand, isHoldCommand } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';
import type { ApplyHold } from './gather-holds.ts';

/** Applies one command of the ledger; its outcome is in the operation's row. */
export async function applyLedgerCommand(
  context: WorkerContext,
  applyHold: ApplyHold,
  { operation, command }: JobPayload<'apply-command'>,
  attempt: number,
): Promise<void> {
  if (isHoldCommand(command)) {
    await applyHold({ operation, command }, attempt);
    return;
  }
  const outcome = await applyCommand(context.db, operation, command, context.policy);
  if (outcome.verdict === 'rejected') {
    context.log.info(
      { operation: operation.key, type: command.type, code: outcome.error.code },
      'A command was refused',
    );
  }
}

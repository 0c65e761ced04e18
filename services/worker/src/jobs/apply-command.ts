import type { JobPayload } from '@bursar/contracts';
import { applyCommand } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** Applies one command of the ledger; its outcome is in the operation's row. */
export async function applyLedgerCommand(
  context: WorkerContext,
  job: JobPayload<'apply-command'>,
): Promise<void> {
  const outcome = await applyCommand(context.db, job.operation, job.command, context.policy);
  if (outcome.verdict === 'rejected') {
    context.log.info(
      { operation: job.operation.key, type: job.command.type, code: outcome.error.code },
      'A command was refused',
    );
  }
}

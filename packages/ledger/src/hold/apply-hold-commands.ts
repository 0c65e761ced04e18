import type { HoldCommand, LedgerCommand, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** One command about a hold and the operation it is. */
export interface HoldItem {
  operation: OperationHead;
  command: HoldCommand;
}

export const isHoldCommand = (command: LedgerCommand): command is HoldCommand =>
  command.type === 'hold' ||
  command.type === 'hold_capture' ||
  command.type === 'hold_release' ||
  command.type === 'hold_extension';

/**
 * Applies commands about holds as if one after the other in the order given, in one call and one
 * commit. The outcomes come in input order; none of them is `pending`.
 *
 * @throws on outages only; then nothing was applied.
 */
export async function applyHoldCommands(
  tx: LedgerTransaction,
  items: readonly HoldItem[],
): Promise<Outcome[]> {
  if (items.length === 0) return [];
  const rows = await tx<(OutcomeRow & { ord: number })[]>`
    select ord, verdict, result, error
    from bursar.apply_hold_commands(${JSON.stringify(items.map(toRow))}::text::jsonb)`;
  return rows.map((row) => outcomeFrom([row]));
}

/** In the fields of the database's `hold_command`. */
const toRow = ({ operation: { key, hash, caller, actor, accepted_at }, command }: HoldItem) => ({
  key,
  hash,
  caller,
  actor,
  accepted_at,
  ...command,
  ...(command.type === 'hold' && { overdraft: command.overdraft ?? '0' }),
});

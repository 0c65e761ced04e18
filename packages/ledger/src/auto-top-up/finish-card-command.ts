import type { OperationHead, Rejection } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Writes what came of a command about cards, once per key, after all of it is done. */
export const finishCardCommand = (
  db: Database,
  head: OperationHead,
  type: 'card_setup' | 'card_removal' | 'card_default',
  applied: { result: Record<string, unknown> } | { error: Rejection },
): Promise<Outcome> => {
  const result = 'result' in applied ? JSON.stringify(applied.result) : null;
  const error = 'error' in applied ? JSON.stringify(applied.error) : null;
  return inTransaction(db, async (tx) =>
    outcomeFrom(
      await tx<OutcomeRow[]>`
        select * from bursar.finish_card_command(
          ${headOf(tx, head, type)}, ${result}::text::jsonb, ${error}::text::jsonb)`,
    ),
  );
};

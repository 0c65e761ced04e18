import type { OperationHead, OperationType, Rejection } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

export type Json = Record<string, unknown>;

/** What became of a command. `result` and `error` are in the wire's shape. */
export type Outcome =
  | { verdict: 'applied'; result: Json }
  | { verdict: 'rejected'; error: Rejection }
  /** The command had been decided before; this is that decision. */
  | { verdict: 'replayed'; result: Json | null; error: Rejection | null }
  /** The key had been used for another request; nothing was done. */
  | { verdict: 'conflict' }
  /** The command has begun and needs further steps, named by `result`. */
  | { verdict: 'pending'; result: Json };

export interface OutcomeRow {
  verdict: Outcome['verdict'];
  result: Json | null;
  error: Rejection | null;
}

/** The head of an operation as the `bursar.operation_head` argument of a ledger function. */
export const headOf = (tx: LedgerTransaction, head: OperationHead, type: OperationType) =>
  tx`row(${head.key}::uuid, ${type}::bursar.operation_type, ${head.hash}::uuid, ${head.caller},
    ${head.actor}, ${head.accepted_at}::timestamptz)::bursar.operation_head`;

/** Reads the single row that every operation function answers with. */
export function outcomeFrom(rows: readonly OutcomeRow[]): Outcome {
  const row = rows[0];
  if (row === undefined) throw new Error('A ledger function answered without an outcome.');
  switch (row.verdict) {
    case 'applied':
    case 'pending':
      return { verdict: row.verdict, result: row.result ?? {} };
    case 'rejected':
      if (row.error === null) throw new Error('A rejection came without its reason.');
      return { verdict: 'rejected', error: row.error };
    case 'replayed':
      return { verdict: 'replayed', result: row.result, error: row.error };
    case 'conflict':
      return { verdict: 'conflict' };
    default:
      throw new Error(`Unknown verdict ${String(row.verdict)}.`);
  }
}

/** Applies one command in a transaction of its own and tells what became of it. */
export const settle = (
  db: Database,
  apply: (tx: LedgerTransaction) => Promise<readonly OutcomeRow[]>,
): Promise<Outcome> => inTransaction(db, async (tx) => outcomeFrom(await apply(tx)));

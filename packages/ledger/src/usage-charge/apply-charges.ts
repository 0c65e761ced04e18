import type { ChargeItem, Rejection } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { afterLostRaces } from '../database/transaction.ts';

export type ChargeOutcome =
  | { verdict: 'applied' }
  | { verdict: 'rejected'; error: Rejection }
  | { verdict: 'replayed'; error: Rejection | null }
  | { verdict: 'conflict' };

interface ExceptionRow {
  ord: number;
  verdict: 'rejected' | 'replayed' | 'conflict';
  error: Rejection | null;
}

const APPLIED: ChargeOutcome = { verdict: 'applied' };

/**
 * Applies charges in a transaction of their own. The one statement is the whole transaction, which
 * spares a batch the round trips of a begin and a commit.
 */
export const applyChargesAtOnce = (
  db: Database,
  items: readonly ChargeItem[],
): Promise<ChargeOutcome[]> => afterLostRaces(() => applyCharges(db, items));

/**
 * Applies charges as if one after the other in the order given, in one call and one commit.
 * Amounts are micro-credits as digit strings; the outcomes come in input order.
 */
export async function applyCharges(
  tx: Database | LedgerTransaction,
  items: readonly ChargeItem[],
): Promise<ChargeOutcome[]> {
  const column = <Value>(read: (item: ChargeItem) => Value) => items.map(read);
  // What few charges carry is sent only if one of them does: null stands for a column of nulls.
  const rare = <Value>(read: (item: ChargeItem) => Value | undefined): (Value | null)[] | null =>
    items.some((item) => read(item) !== undefined) ? items.map((item) => read(item) ?? null) : null;
  const rows = await tx<ExceptionRow[]>`
    select ord, verdict, error
    from bursar.apply_charges(
      ${column((item) => item.key)}::uuid[],
      ${column((item) => item.hash)}::uuid[],
      ${column((item) => item.caller)}::text[],
      ${column((item) => item.actor)}::text[],
      ${column((item) => item.accepted_at)}::text[]::timestamptz[],
      ${column((item) => item.wallet)}::text[],
      ${column((item) => item.amount)}::text[]::bigint[],
      ${column((item) => item.product)}::text[],
      ${rare((item) => item.description)}::text[],
      ${rare((item) => item.occurred_at)}::text[]::timestamptz[],
      ${rare((item) => item.on_behalf_of)}::text[],
      ${rare((item) => item.metadata && JSON.stringify(item.metadata))}::text[]::jsonb[],
      ${rare((item) => item.pricing?.price)}::text[],
      ${rare((item) => item.pricing?.version)}::integer[],
      ${rare((item) => item.pricing?.quantity)}::text[]::bigint[]
    )`;
  const outcomes = items.map(() => APPLIED);
  for (const row of rows) outcomes[row.ord - 1] = exceptionFrom(row);
  return outcomes;
}

function exceptionFrom(row: ExceptionRow): ChargeOutcome {
  if (row.verdict !== 'rejected') return { verdict: row.verdict, error: row.error };
  if (row.error === null) throw new Error('A rejection came without its reason.');
  return { verdict: 'rejected', error: row.error };
}

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { streamTransactions, type TransactionFilter } from '@bursar/ledger/reads';
import { stringify } from 'csv-stringify';
import type { Answer } from '../http/answer.ts';
import type { Services } from '../service/services.ts';
import { renderTransaction, type WireTransaction } from './render-transaction.ts';

const COLUMNS = [
  'id',
  'created_at',
  'kind',
  'wallet',
  'amount',
  'balance_after',
  'owed_after',
  'counterparty',
  'product',
  'description',
  'actor',
  'operation',
  'message',
  'reason',
] as const satisfies readonly (keyof WireTransaction)[];

/** Amounts start with a minus, which would be taken for a formula and quoted; they are safe as they are. */
const TEXT_COLUMNS = COLUMNS.filter(
  (column) => !['amount', 'balance_after', 'owed_after'].includes(column),
);

/** Who takes nothing for so long has gone, or stands still; they may begin anew. */
const STALLED_MS = 60_000;

/**
 * Streams every transaction that the filter shows, at flat memory: a slow reader slows the queries.
 * Each chunk is a statement of its own, fifteen seconds at most; between them neither a cursor nor a
 * snapshot nor a connection is held, and who stands still for a minute is disconnected. Cells that a
 * spreadsheet would run as a formula get an apostrophe in front.
 */
export function csvAnswer(services: Services, wallet: string, filter: TransactionFilter): Answer {
  return {
    kind: 'stream',
    write: async (response) => {
      response.statusCode = 200;
      response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
      const name = `transactions-${wallet.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.csv`;
      response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
      endWhenStalled(response, STALLED_MS);
      await pipeline(Readable.from(rowsOf(services, wallet, filter)), csvWriter(), response);
    },
  };
}

/** Ends an answer of which nothing has gone out for so long, also while it waits for its reader. */
export function endWhenStalled(response: ServerResponse, limitMs: number): void {
  response.setTimeout(limitMs, () => response.destroy());
}

/**
 * Rows end with CR LF, and a cell with either of them alone is quoted, too: unquoted it would end the
 * row, and what follows would start one of its own.
 */
export const csvWriter = () =>
  stringify({
    header: true,
    columns: [...COLUMNS],
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
  });

async function* rowsOf(services: Services, wallet: string, filter: TransactionFilter) {
  for await (const chunk of streamTransactions(services.db, { wallet }, filter)) {
    for (const view of chunk) yield harmless(renderTransaction(services.secrets, view));
  }
}

/** OWASP's list of characters with which a formula can start, and their full-width twins. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** The cell, with an apostrophe in front where a spreadsheet would run it as a formula. */
export const harmlessCell = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

function harmless(row: WireTransaction): WireTransaction {
  const safe = { ...row };
  for (const column of TEXT_COLUMNS) {
    const cell = safe[column];
    if (typeof cell === 'string') Object.assign(safe, { [column]: harmlessCell(cell) });
  }
  return safe;
}

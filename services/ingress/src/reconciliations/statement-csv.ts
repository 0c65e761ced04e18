import { pipeline } from 'node:stream/promises';
import { formatMinor, toPublicId, type StatementDay } from '@bursar/contracts';
import type { ReconciliationView } from '@bursar/ledger/reads';
import { stringify } from 'csv-stringify';
import type { Answer } from '../http/answer.ts';
import { minorPerMajor } from '../purchases/minor-units.ts';

/** The order in which accountants read them: what was there, what moved, what is left, what is wrong. */
const SUMS = [
  'opening',
  'inflow',
  'fees',
  'refunds',
  'disputes',
  'payouts',
  'other',
  'closing',
  'outside',
  'difference',
] as const satisfies readonly (keyof StatementDay)[];

/** A run's daily statement as a table, in units of each currency: one row for a currency and a day. */
export const statementCsv = (
  { id }: Pick<ReconciliationView, 'id'>,
  days: readonly StatementDay[],
): Answer => ({
  kind: 'stream',
  write: async (response) => {
    response.statusCode = 200;
    response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    const name = `statement-${toPublicId('rec', id)}.csv`;
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    const rows = stringify(days.map(rowOf), {
      header: true,
      columns: ['day', 'currency', ...SUMS],
      record_delimiter: 'windows',
    });
    await pipeline(rows, response);
  },
});

function rowOf(one: StatementDay): Record<string, string> {
  const perMajor = minorPerMajor(one.currency);
  return {
    day: one.day,
    currency: one.currency,
    ...Object.fromEntries(SUMS.map((sum) => [sum, formatMinor(BigInt(one[sum]), perMajor)])),
  };
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toPublicId } from '@bursar/contracts';
import { listFindings } from '@bursar/ledger/reads';
import { stringify } from 'csv-stringify';
import type { Answer } from '../http/answer.ts';
import { harmlessCell } from '../reads/stream-csv.ts';
import type { Services } from '../service/services.ts';
import { renderFinding } from './render-reconciliation.ts';

const PAGE_ROWS = 100;

const COLUMNS = [
  'id',
  'class',
  'severity',
  'result',
  'state',
  'wallet',
  'purchase',
  'stripe_ids',
  'expected',
  'actual',
  'credits',
  'minor',
  'currency',
  'first_seen',
  'age_seconds',
  'detail',
  'reason',
] as const;

/** Streams the findings of a run page by page, so that memory stays flat. */
export const findingsCsv = (services: Services, run: string): Answer => ({
  kind: 'stream',
  write: async (response) => {
    response.statusCode = 200;
    response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    const name = `${toPublicId('rec', run)}.csv`;
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    const rows = Readable.from(rowsOf(services, run));
    await pipeline(rows, writer(), response);
  },
});

const writer = () =>
  stringify({
    header: true,
    columns: [...COLUMNS],
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
  });

async function* rowsOf({ db }: Services, run: string) {
  let before: string | undefined;
  do {
    const page = await listFindings(db, run, { limit: PAGE_ROWS, before });
    for (const view of page.rows) yield cellsOf(renderFinding(view));
    before = page.next ?? undefined;
  } while (before !== undefined);
}

/** Texts of Stripe's and of operators must not become formulas; amounts are safe with their sign. */
const cellsOf = (finding: ReturnType<typeof renderFinding>) => ({
  ...finding,
  stripe_ids: finding.stripe_ids.join(' '),
  expected: harmlessCell(finding.expected),
  actual: harmlessCell(finding.actual),
  detail: harmlessCell(finding.detail ?? ''),
  reason: harmlessCell(finding.reason ?? ''),
});

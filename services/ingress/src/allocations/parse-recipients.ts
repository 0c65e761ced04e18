import { Readable } from 'node:stream';
import { AMOUNT_FAULTS, parseAmount, RECIPIENTS_MAX, UserOwner } from '@bursar/contracts';
import { parse } from 'csv-parse';

/** A recipient and the line of the file that named them; without an amount when all get the same. */
export interface CsvRecipient {
  line: number;
  user: string;
  amount: bigint | null;
}

export type ParsedRecipients =
  | { ok: true; recipients: CsvRecipient[] }
  /** Every line with a fault, with all that is wrong with it. */
  | { ok: false; faults: LineFault[] };

export interface LineFault {
  line: number;
  message: string;
}

const CHUNK_BYTES = 64 * 1024;
const COLUMNS = [['user'], ['user', 'amount']];

/**
 * Reads a list of recipients: a header `user` or `user,amount`, then a line for each. A user may be
 * written `user:ana` or `ana`. The file is read in pieces, so that a long one holds nobody up.
 *
 * @param individual whether each line has an amount, because none is given for all.
 */
export async function parseRecipients(
  text: string,
  individual: boolean,
): Promise<ParsedRecipients> {
  const faults: LineFault[] = [];
  const recipients: CsvRecipient[] = [];
  const lineOf = new Map<string, number>();
  let columns: string[] | null = null;
  const rows = piecesOf(text).pipe(
    parse({ bom: true, trim: true, info: true, relax_column_count: true, skip_empty_lines: true }),
  );
  try {
    for await (const { record, info } of rows as AsyncIterable<CsvRow>) {
      const { lines: line } = info;
      if (columns === null) {
        columns = record.map((name) => name.toLowerCase());
        const fault = faultOfHeader(columns, individual);
        if (fault !== null) return { ok: false, faults: [{ line, message: fault }] };
        continue;
      }
      if (recipients.length === RECIPIENTS_MAX) {
        return {
          ok: false,
          faults: [
            {
              line,
              message: `is past the ${RECIPIENTS_MAX} recipients that an allocation can have`,
            },
          ],
        };
      }
      const read = readLine(record, columns.length);
      const earlier = lineOf.get(read.user);
      if (earlier !== undefined) read.faults.push(`names ${read.user}, as line ${earlier} does`);
      lineOf.set(read.user, earlier ?? line);
      recipients.push({ line, user: read.user, amount: read.amount });
      faults.push(...read.faults.map((message) => ({ line, message })));
    }
  } catch (error) {
    faults.push(syntaxFault(error));
  }
  if (faults.length === 0 && recipients.length === 0) {
    faults.push({ line: 1, message: 'there must be a header and at least one recipient' });
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, recipients };
}

interface CsvRow {
  record: string[];
  info: { lines: number };
}

function* slices(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

const piecesOf = (text: string): Readable => Readable.from(slices(text));

function faultOfHeader(columns: string[], individual: boolean): string | null {
  if (!COLUMNS.some((allowed) => allowed.join() === columns.join())) {
    return 'must be the header "user" or "user,amount"';
  }
  if (individual && columns.length === 1) {
    return 'needs a column "amount", or amount_per_recipient in the address';
  }
  return !individual && columns.length === 2
    ? 'has a column "amount" although amount_per_recipient gives one for all'
    : null;
}

/** Lists are written by people in spreadsheets, who know nothing of JSON. */
const WORDS = { ...AMOUNT_FAULTS, not_a_decimal: 'must be a number such as 12.5, with a point' };

function readLine(record: string[], columns: number) {
  const faults: string[] = [];
  const [name = '', given = ''] = record;
  const user = name.startsWith('user:') ? name : `user:${name}`;
  if (record.length !== columns) faults.push(`has ${record.length} columns instead of ${columns}`);
  if (!UserOwner.safeParse(user).success)
    faults.push('names no user: 1 to 128 of A-Z a-z 0-9 . _ @ -');
  if (columns === 1) return { user, amount: null, faults };
  const parsed = parseAmount(given);
  if (!parsed.ok) faults.push(`the amount ${WORDS[parsed.fault]}`);
  return { user, amount: parsed.ok ? parsed.micro : null, faults };
}

/** What the parser cannot go on from, such as a quote that is never closed. */
function syntaxFault(error: unknown): LineFault {
  if (!(error instanceof Error) || !('lines' in error)) throw error;
  return { line: Number(error.lines), message: 'is not CSV: check its quotes' };
}

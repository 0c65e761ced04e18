import { BATCH_ITEMS_MAX } from '@bursar/contracts';
import type { Target } from './post-batch.ts';
import { readCharges, type ImportedCharge, type ReadCharge } from './read-charges.ts';
import type { LineResult, LineSet, ResultFile } from './result-file.ts';
import { sendCharges, type Patience } from './send-charges.ts';

/** Well below what the API takes. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

export interface ImportSummary {
  lines: number;
  skipped: number;
  accepted: number;
  applied: number;
  rejected: number;
  invalid: number;
  replayed: number;
}

export interface ImportOptions {
  path: string;
  deriveKeys: boolean;
  /** Where to; `null` only checks. */
  target: Target | null;
  results: ResultFile | null;
  /** Lines that need not be done again. */
  done: LineSet;
  batchesInFlight: number;
  patience: Patience;
  onProgress: (bytesRead: number, summary: ImportSummary) => void;
  onFault: (result: LineResult) => void;
}

type Work = { charges: ImportedCharge[]; refused: LineResult[]; bytesRead: number };

/** Sends a whole file; memory holds the batches in flight and no more. */
export async function importCharges(options: ImportOptions): Promise<ImportSummary> {
  const summary: ImportSummary = {
    lines: 0,
    skipped: 0,
    accepted: 0,
    applied: 0,
    rejected: 0,
    invalid: 0,
    replayed: 0,
  };
  const { path, deriveKeys, target, patience } = options;
  const work = batchesOf(readCharges(path, { deriveKeys }), options.done, summary);
  const stopping = new AbortController();

  async function workThrough(): Promise<void> {
    for await (const { charges, refused, bytesRead } of sharing(work, stopping.signal)) {
      const sent =
        target === null ? charges.map(checked) : await sendCharges(target, charges, patience);
      const results = [...refused, ...sent].toSorted((a, b) => a.line - b.line);
      await options.results?.write(results);
      for (const result of results) {
        summary[result.status] += 1;
        if (result.replayed) summary.replayed += 1;
        if (result.error !== null) options.onFault(result);
      }
      options.onProgress(bytesRead, summary);
    }
  }
  const workers = Array.from({ length: options.batchesInFlight }, () =>
    workThrough().catch((error: unknown) => {
      // The others finish what they have sent, so that the result file tells of it.
      stopping.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  return summary;
}

/** The items that this worker gets of those that all workers share. */
async function* sharing<Item>(
  items: AsyncGenerator<Item, void>,
  stopping: AbortSignal,
): AsyncGenerator<Item> {
  while (!stopping.aborted) {
    const next = await items.next();
    if (next.done === true) return;
    yield next.value;
  }
}

/** Cuts the lines of a file into batches, as large as the API likes them. */
async function* batchesOf(
  lines: AsyncIterable<ReadCharge>,
  done: LineSet,
  summary: ImportSummary,
): AsyncGenerator<Work, void> {
  let work: Work = { charges: [], refused: [], bytesRead: 0 };
  let bytes = 0;
  for await (const read of lines) {
    summary.lines += 1;
    work.bytesRead = read.bytesRead;
    if (done.has(read.kind === 'charge' ? read.charge.line : read.line)) {
      summary.skipped += 1;
      continue;
    }
    if (read.kind === 'invalid') work.refused.push(invalid(read));
    else {
      work.charges.push(read.charge);
      bytes += read.charge.bytes;
    }
    const count = work.charges.length + work.refused.length;
    if (count === BATCH_ITEMS_MAX || bytes >= BATCH_BYTES_MAX) {
      yield work;
      work = { charges: [], refused: [], bytesRead: read.bytesRead };
      bytes = 0;
    }
  }
  yield work;
}

const invalid = (read: Extract<ReadCharge, { kind: 'invalid' }>): LineResult => ({
  line: read.line,
  idempotency_key: read.key,
  status: 'invalid',
  operation: null,
  replayed: false,
  error: { code: 'invalid_request', detail: read.errors.join('; ') },
});

/** What a dry run says of a charge that it would send. */
const checked = ({ line, key }: ImportedCharge): LineResult => ({
  line,
  idempotency_key: key,
  status: 'accepted',
  operation: null,
  replayed: false,
  error: null,
});

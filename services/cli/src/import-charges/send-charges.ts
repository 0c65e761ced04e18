import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../command-failed.ts';
import { postBatch, type BatchItem, type Target } from './post-batch.ts';
import type { ImportedCharge } from './read-charges.ts';
import type { LineResult } from './result-file.ts';

const CANNOT_RUN = 2;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 30_000;

export interface Patience {
  /** Gives up when nothing has been accepted for so long. */
  giveUpAfterMs: number;
  /** Told when it has to wait. */
  onWait: (reason: string) => void;
}

/**
 * Sends charges until each is accepted or invalid, and with `target.wait` until each has its outcome.
 * Repeats what could not be accepted yet, as Retry-After says: their keys make that safe.
 *
 * @throws CommandFailed when the API refuses the whole request, or nothing is accepted for too long.
 */
export async function sendCharges(
  target: Target,
  charges: readonly ImportedCharge[],
  patience: Patience,
): Promise<LineResult[]> {
  const results: LineResult[] = [];
  let left = charges;
  let pauseMs = BACKOFF_FIRST_MS;
  let deadline = performance.now() + patience.giveUpAfterMs;
  while (left.length > 0) {
    const posted = await postBatch(
      target,
      left.map(({ body }) => body),
    );
    if (posted.kind === 'refused') throw refused(posted.reason);
    if (posted.kind === 'too-large')
      return [...results, ...(await sendHalves(target, left, patience))];
    if (posted.kind === 'answered') {
      const done = resultsOf(target, left, posted.items);
      results.push(...done.results);
      left = done.left;
      if (done.results.length > 0) {
        deadline = performance.now() + patience.giveUpAfterMs;
        pauseMs = BACKOFF_FIRST_MS;
      }
    }
    if (left.length === 0) break;
    const reason = posted.kind === 'later' ? posted.reason : 'some charges are not final yet';
    if (performance.now() >= deadline) throw gaveUp(reason, patience);
    patience.onWait(reason);
    // Spread, so that batches which were refused together do not come back together.
    const spread = pauseMs * (0.5 + Math.random());
    await sleep(posted.kind === 'later' ? Math.max(posted.afterMs ?? 0, spread) : spread);
    pauseMs = Math.min(pauseMs * 2, BACKOFF_MAX_MS);
  }
  return results;
}

async function sendHalves(
  target: Target,
  charges: readonly ImportedCharge[],
  patience: Patience,
): Promise<LineResult[]> {
  const [only] = charges;
  if (charges.length === 1 && only !== undefined) {
    return [
      { ...named(only), status: 'invalid', operation: null, replayed: false, error: TOO_LARGE },
    ];
  }
  const middle = Math.ceil(charges.length / 2);
  return [
    ...(await sendCharges(target, charges.slice(0, middle), patience)),
    ...(await sendCharges(target, charges.slice(middle), patience)),
  ];
}

const TOO_LARGE = { code: 'payload_too_large', detail: 'The charge alone is too large.' };

/** What is settled, and what has to be sent again. */
function resultsOf(
  { wait }: Target,
  charges: readonly ImportedCharge[],
  items: readonly BatchItem[],
): { results: LineResult[]; left: ImportedCharge[] } {
  const results: LineResult[] = [];
  const left: ImportedCharge[] = [];
  for (const [at, charge] of charges.entries()) {
    const item = items[at];
    const status = item === undefined ? null : statusOf(item, wait !== null);
    if (item === undefined || status === null) {
      left.push(charge);
      continue;
    }
    const { operation, replayed, error } = item;
    results.push({ ...named(charge), status, operation, replayed, error });
  }
  return { results, left };
}

/** `null`: to be sent again. */
function statusOf(item: BatchItem, waits: boolean): LineResult['status'] | null {
  if (item.status === 'invalid') return 'invalid';
  if (item.status !== 'accepted') return null;
  if (!waits) return 'accepted';
  if (item.operation_status === 'succeeded') return 'applied';
  return item.operation_status === 'rejected' ? 'rejected' : null;
}

const named = ({ line, key }: ImportedCharge) => ({ line, idempotency_key: key });

const refused = (reason: string): CommandFailed =>
  new CommandFailed(
    `The API refused the import: ${reason} Mend this, then run again with --resume; nothing is charged twice.`,
    CANNOT_RUN,
  );

const gaveUp = (reason: string, { giveUpAfterMs }: Patience): CommandFailed =>
  new CommandFailed(
    `Nothing was accepted for ${Math.round(giveUpAfterMs / 1_000)} s (${reason}). Run again with --resume once the API answers; nothing is charged twice.`,
    CANNOT_RUN,
  );

import { asyncDispose } from '../async-dispose.ts';
import { BursarError } from '../errors.ts';
import type { ClientLogger } from '../options.ts';
import type { BatchItem } from '../types/inputs.ts';
import { asBursarError, type SendBatch } from './deliver.ts';
import type { Exits } from './exits.ts';
import { createJournal } from './journal.ts';
import { readMeterOptions, type MeterOptions } from './meter-options.ts';
import { toMetered } from './metered-charge.ts';
import { createSender } from './sender.ts';
import type { Spill } from './spill.ts';

export interface MeterStats {
  /** `direct`: from memory to the server. `spilling`: over the disk, because of an outage or a backlog. */
  state: 'direct' | 'spilling' | 'closed';
  /** Charges in memory, those under way among them. */
  pending: number;
  /** Charges and bytes on the disk. */
  spilled: number;
  spilledBytes: number;
  /** Since this meter was made. */
  accepted: number;
  rejected: number;
  /** Batches that could not be delivered and were kept. */
  failures: number;
  lastError: BursarError | null;
}

/** Takes charges at once and sends them in batches in the background; each is applied exactly once. */
export interface Meter {
  /**
   * Resolves with the charge's Idempotency-Key as soon as the charge is safe. Rejects with
   * `meter_full` when neither memory nor disk has room, and with a TypeError for a charge that
   * could never be accepted.
   */
  charge(charge: BatchItem): Promise<string>;
  /** Resolves when the server has settled everything; rejects with `charges_unsent` when it is too late. */
  flush(options?: { timeoutMs?: number | undefined }): Promise<void>;
  /** Takes no more charges, sends the rest, and leaves to the disk what cannot be sent in time. */
  close(): Promise<void>;
  stats(): MeterStats;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface MeterParts {
  send: SendBatch;
  spill: Spill | null;
  exits: Exits;
  logger: ClientLogger;
}

export function createMeter(parts: MeterParts, options: MeterOptions): Meter {
  const limits = readMeterOptions(options);
  const { spill, exits, logger } = parts;
  const report = (error: BursarError): void => tell(logger, () => options.onError?.(error));
  const journal = createJournal(spill, limits, report);
  const sender = createSender(journal, parts.send, limits, {
    report,
    async reject(rejected) {
      if (rejected.length === 0) return;
      await spill?.bury(rejected);
      for (const one of rejected) tell(logger, () => options.onRejected?.(one));
    },
  });
  let closing: Promise<void> | null = null;

  async function charge(input: BatchItem): Promise<string> {
    const metered = toMetered(input);
    if (closing !== null) throw refused('meter_closed', 'The meter is closed. Make a new one.');
    if (!journal.hasRoom()) {
      throw refused(
        'meter_full',
        'Neither memory nor disk has room for more charges. Nothing was taken; try again later.',
      );
    }
    await journal.add(metered);
    return metered.idempotency_key;
  }

  async function end(): Promise<void> {
    // With a disk there is no use in waiting for a server that is away.
    const sent = await sender.drain(limits.closeMs, spill !== null);
    await sender.stop();
    unwatch();
    if (!sent && spill !== null) await journal.moveToDisk();
    const unsent = journal.inMemory();
    await spill?.close();
    if (unsent.length > 0) throw chargesUnsent(unsent.length);
  }

  const close = (): Promise<void> => (closing ??= end());
  const unwatch = exits.watch({
    onIdle: () => close().catch((error: unknown) => report(asBursarError(error))),
    onExit: () => journal.moveToDiskNow(),
    onSignal: () => close().catch((error: unknown) => report(asBursarError(error))),
    signals: options.exitSignals ?? [],
  });
  sender.start();
  return {
    charge,
    async flush({ timeoutMs = limits.closeMs } = {}) {
      if (!(await sender.drain(timeoutMs))) throw chargesUnsent(journal.waiting());
    },
    close,
    stats: () => ({
      ...sender.stats(),
      state: closing === null ? journal.state() : 'closed',
      pending: journal.inMemory().length,
      spilled: spill?.records ?? 0,
      spilledBytes: spill?.bytes ?? 0,
    }),
    async [asyncDispose]() {
      // Thrown from here it would hide the error of the scope; so it is told, if somebody listens.
      await close().catch((error: unknown) => {
        if (options.onError === undefined) throw error;
        report(asBursarError(error));
      });
    },
  };
}

/** A listener that throws is its owner's trouble, and must not stop the meter. */
function tell(logger: ClientLogger, listener: () => void): void {
  try {
    listener();
  } catch (error) {
    logger.warn('A listener of the meter failed', { error: String(error) });
  }
}

const refused = (code: string, detail: string): BursarError =>
  new BursarError({ code, detail, retryable: code === 'meter_full', creditsMoved: false });

const chargesUnsent = (count: number): BursarError =>
  new BursarError({
    code: 'charges_unsent',
    detail: `${count} charges could not be sent in time. With a "spillDir" they wait there and are sent by the next meter that opens it.`,
    retryable: true,
    creditsMoved: 'unknown',
  });

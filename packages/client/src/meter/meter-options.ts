import type { BursarError, Problem } from '../errors.ts';
import { requireNumber } from '../options.ts';
import type { MeteredCharge } from './metered-charge.ts';

/** A charge that the server refused for good; no credits moved. */
export interface RejectedCharge {
  charge: MeteredCharge;
  /** Set when it was accepted and the ledger refused it. */
  operation: string | null;
  error: Pick<Problem, 'code' | 'detail'>;
}

export interface MeterOptions {
  /** A folder on a local disk, where charges wait while the server is away. Processes may share it. */
  spillDir?: string | undefined;
  /**
   * Whose charges these are, for the folder. Default: a fingerprint of the API key. Name it yourself
   * if you rotate keys, and never give charges of one account to another.
   */
  account?: string | undefined;
  /** When `charge` resolves: once it is in memory (the default), or only once it is on the disk. */
  durable?: 'memory' | 'disk' | undefined;
  /** Most charges of one request. 1,000. */
  maxItems?: number | undefined;
  /** How long a charge may wait for others, in milliseconds. 500. */
  flushMs?: number | undefined;
  /** Most charges in memory. 10,000. */
  maxPending?: number | undefined;
  /** Most bytes on the disk. 1 GiB. */
  maxSpillBytes?: number | undefined;
  /** How long closing may take before the rest is left to the disk, in milliseconds. 10,000. */
  closeMs?: number | undefined;
  /** Signals at which the meter closes and the process then ends as it would have. None. */
  exitSignals?: readonly ('SIGTERM' | 'SIGINT' | 'SIGHUP')[] | undefined;
  /**
   * Wait for what the ledger decides about each charge, so that its refusals (insufficient credits, a
   * budget) are told, too. Batches take longer. False: only what is not accepted is told.
   */
  outcomes?: boolean | undefined;
  /** Told about each refused charge, at least once. */
  onRejected?: ((rejected: RejectedCharge) => void) | undefined;
  /** Told what stands in the way; the charges are kept. */
  onError?: ((error: BursarError) => void) | undefined;
}

/** The options that are limits, with their defaults in place. */
export interface MeterLimits {
  durable: 'memory' | 'disk';
  maxItems: number;
  flushMs: number;
  maxPending: number;
  maxSpillBytes: number;
  closeMs: number;
}

const BATCH_ITEMS_MAX = 1_000;

export function readMeterOptions(options: MeterOptions): MeterLimits {
  const limits: MeterLimits = {
    durable: options.durable ?? 'memory',
    maxItems: options.maxItems ?? BATCH_ITEMS_MAX,
    flushMs: options.flushMs ?? 500,
    maxPending: options.maxPending ?? 10_000,
    maxSpillBytes: options.maxSpillBytes ?? 1024 ** 3,
    closeMs: options.closeMs ?? 10_000,
  };
  const { durable, ...numbers } = limits;
  for (const [name, value] of Object.entries(numbers)) requireNumber(name, value, 1);
  if (limits.maxItems > BATCH_ITEMS_MAX) {
    throw new TypeError(`"maxItems" must be at most ${BATCH_ITEMS_MAX}.`);
  }
  if (durable === 'disk' && options.spillDir === undefined) {
    throw new TypeError('"durable: disk" needs a "spillDir".');
  }
  return limits;
}

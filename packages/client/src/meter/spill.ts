import type { MeteredCharge } from './metered-charge.ts';
import type { RejectedCharge } from './meter-options.ts';

/**
 * Where charges wait on disk. The core of this package knows only this shape, so that it also runs
 * where there is no disk.
 */
export interface Spill {
  /** What is waiting to be sent. */
  readonly records: number;
  readonly bytes: number;
  /** Durable when it resolves. What it was asked to keep may be kept even when it rejects. */
  append(charges: readonly MeteredCharge[]): Promise<void>;
  /** The same for a process that is about to end and can wait for nothing. */
  appendNow(charges: readonly MeteredCharge[]): void;
  /** The oldest part that waits; `null` when nothing does. Stays the oldest until it is `done`. */
  next(): Promise<SpilledPart | null>;
  /** Looks for what processes left behind that ended. */
  adopt(): Promise<void>;
  /** Keeps refused charges with their reasons. */
  bury(rejected: readonly RejectedCharge[]): Promise<void>;
  /** Leaves what still waits to whoever opens the place next. */
  close(): Promise<void>;
}

export interface SpilledPart {
  readonly charges: readonly MeteredCharge[];
  /** Everything in it is settled. */
  done(): Promise<void>;
}

export interface SpillPlace {
  dir: string;
  /** Charges of another account are left alone. */
  account: string;
}

import type { ChargeItem, JobName, JobPayload } from '@bursar/contracts';
import type { ItemSettlement } from './settle-items.ts';

export type JobContext = {
  readonly jobId: string;
  readonly queue: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
  /** For `tick`: the planned time, RFC 3339 UTC; the same for every attempt of one slot. */
  readonly slot?: string;
  /** Aborts when closing has waited as long as it may. */
  readonly signal: AbortSignal;
};

/**
 * Applies one job. Returning means settled, business refusals included; throwing means a retry if
 * the worker's `isTransient` says so and a dead letter otherwise. Must be idempotent and must limit
 * its own time: a job whose worker was lost is given to another.
 */
export type SingleHandler<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: JobContext,
) => Promise<void>;

/**
 * Applies the charges of several jobs in one transaction and answers one settlement
 * per item, in order. Throwing means that nothing was applied.
 */
export type ChargeBatchHandler = (
  items: readonly ChargeItem[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly ItemSettlement[]>;

export type JobHandlers = { readonly 'apply-charges'?: ChargeBatchHandler } & {
  readonly [Name in SingleJobName]?: SingleHandler<Name>;
};

export type SingleJobName = Exclude<JobName, 'apply-charges'>;

import { BursarError, type Problem } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import type { BatchOutcome } from '../types/results.ts';
import type { RejectedCharge } from './meter-options.ts';
import type { MeteredCharge } from './metered-charge.ts';

/** What became of charges that were sent. */
export interface Delivery {
  accepted: number;
  rejected: RejectedCharge[];
  /** Still to be sent, in order: the server was away, or did not say what became of them. */
  left: MeteredCharge[];
  /** Why something is left. */
  error: BursarError | null;
}

export type SendBatch = (
  charges: readonly MeteredCharge[],
  options: CallOptions,
) => Promise<BatchOutcome[]>;

/** An outage of part of the server may say this of single charges. */
const TRANSIENT_CODES = new Set(['unavailable', 'rate_limited']);
/** The request as a whole cannot be read or is too large, which a charge in it may be the cause of. */
const ABOUT_CONTENT = new Set([400, 413, 422]);

/** Sends at most one batch's worth of charges. Never rejects. */
export async function deliver(
  send: SendBatch,
  charges: readonly MeteredCharge[],
  options: CallOptions,
): Promise<Delivery> {
  try {
    return sort(charges, await send(charges, options));
  } catch (thrown) {
    const error = asBursarError(thrown);
    if (error.status === null || !ABOUT_CONTENT.has(error.status)) {
      return { accepted: 0, rejected: [], left: [...charges], error };
    }
    const [only] = charges;
    if (charges.length === 1 && only !== undefined) {
      const rejected = [{ charge: only, operation: null, error }];
      return { accepted: 0, rejected, left: [], error: null };
    }
    return deliverHalves(send, charges, options);
  }
}

/** One charge must not keep the others back. */
async function deliverHalves(
  send: SendBatch,
  charges: readonly MeteredCharge[],
  options: CallOptions,
): Promise<Delivery> {
  const middle = Math.ceil(charges.length / 2);
  const first = await deliver(send, charges.slice(0, middle), options);
  const rest = charges.slice(middle);
  if (first.error !== null) return { ...first, left: [...first.left, ...rest] };
  const second = await deliver(send, rest, options);
  return {
    accepted: first.accepted + second.accepted,
    rejected: [...first.rejected, ...second.rejected],
    left: second.left,
    error: second.error,
  };
}

function sort(charges: readonly MeteredCharge[], outcomes: readonly BatchOutcome[]): Delivery {
  const byKey = new Map(outcomes.map((outcome) => [outcome.idempotency_key, outcome]));
  const delivery: Delivery = { accepted: 0, rejected: [], left: [], error: null };
  for (const [index, charge] of charges.entries()) {
    // Outcomes are in the order of the charges; two of them may have the same key.
    const inPlace = outcomes[index];
    const outcome =
      inPlace?.idempotency_key === charge.idempotency_key
        ? inPlace
        : byKey.get(charge.idempotency_key);
    if (outcome?.status === 'accepted' && outcome.operation_status !== 'rejected') {
      delivery.accepted += 1;
    } else if (outcome !== undefined && isFinal(outcome)) {
      const { operation } = outcome;
      delivery.rejected.push({ charge, operation, error: outcome.error ?? NO_REASON });
    } else {
      delivery.left.push(charge);
      delivery.error ??= notAccepted(outcome?.error ?? null);
    }
  }
  return delivery;
}

const NO_REASON = { code: 'invalid_request', detail: 'The server gave no reason.' };

const isFinal = ({ status, error }: BatchOutcome): boolean =>
  status !== 'unavailable' && (error === null || !TRANSIENT_CODES.has(error.code));

const notAccepted = (error: Problem | null): BursarError =>
  new BursarError({
    code: error?.code ?? 'answer_not_understood',
    detail: error?.detail ?? 'The server did not say what became of a charge; it is sent again.',
    retryable: true,
    creditsMoved: 'unknown',
  });

export const asBursarError = (thrown: unknown): BursarError =>
  thrown instanceof BursarError
    ? thrown
    : new BursarError({
        code: 'unexpected',
        detail: thrown instanceof Error ? thrown.message : String(thrown),
        retryable: true,
        creditsMoved: 'unknown',
        cause: thrown,
      });

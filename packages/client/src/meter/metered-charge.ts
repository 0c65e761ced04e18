import { Credits } from '../credits.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import type { BatchItem } from '../types/inputs.ts';

/** A charge as it is sent, now or after any number of restarts: always the same bytes, one key. */
export interface MeteredCharge extends BatchItem {
  idempotency_key: string;
  occurred_at: string;
}

const CHARGE_CHARACTERS_MAX = 32_768;

/**
 * Gives a charge its key and its time. Throws a TypeError for what could never be accepted, while
 * the code that made the mistake is still on the stack; the rest is the server's to judge.
 */
export function toMetered(charge: BatchItem): MeteredCharge {
  const metered = {
    ...charge,
    idempotency_key: charge.idempotency_key ?? newIdempotencyKey(),
    // The server would take the time at which it arrives, which may be much later.
    occurred_at: charge.occurred_at ?? new Date().toISOString(),
  };
  if (!/^[\x21-\x7e]{1,255}$/.test(metered.idempotency_key)) {
    throw new TypeError('"idempotency_key" must be 1 to 255 visible ASCII characters.');
  }
  if (typeof charge.wallet !== 'string' || !/^(user|org):/.test(charge.wallet)) {
    throw new TypeError('"wallet" must look like "user:<id>" or "org:<id>".');
  }
  if (charge.amount !== undefined && Credits.parse(charge.amount) <= 0n) {
    throw new TypeError(`"amount" must be greater than zero, not ${charge.amount}.`);
  }
  if (JSON.stringify(metered).length > CHARGE_CHARACTERS_MAX) {
    throw new TypeError('The charge is too large. Keep its description and metadata short.');
  }
  return metered;
}

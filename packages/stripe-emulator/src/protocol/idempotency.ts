import { createHash } from 'node:crypto';
import type { IdempotencyRecord } from '../state/records.ts';
import type { Table } from '../state/table.ts';
import type { FormObject, FormValue } from './decode-form.ts';
import { StripeError } from './stripe-error.ts';

const KEY_MAX = 255;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** What a POST with an idempotency key may do. */
export type KeyClaim =
  | { kind: 'execute'; fingerprint: string }
  | { kind: 'replay'; record: IdempotencyRecord };

/**
 * Stripe's v1 rules: the first result of a key is kept for 24 hours and replayed; the same key
 * with another address or other parameters is a 400, and while its first request runs, a 409.
 */
export class IdempotencyKeys {
  readonly #table: Table<IdempotencyRecord>;
  readonly #inFlight = new Set<string>();

  constructor(table: Table<IdempotencyRecord>) {
    this.#table = table;
  }

  claim(key: string, endpoint: string, form: FormObject, nowMs: number): KeyClaim {
    if (key.length > KEY_MAX)
      throw keyError(400, `Idempotency keys can be at most ${KEY_MAX} characters long.`);
    this.#prune(nowMs);
    if (this.#inFlight.has(key)) throw inUse(key);
    const fingerprint = createHash('sha256').update(canonical(form)).digest('hex');
    const record = this.#table.get(key);
    if (!record) {
      this.#inFlight.add(key);
      return { kind: 'execute', fingerprint };
    }
    if (record.endpoint !== endpoint)
      throw keyError(
        400,
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${endpoint}' vs '${record.endpoint}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (record.fingerprint !== fingerprint)
      throw keyError(
        400,
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    return { kind: 'replay', record };
  }

  /**
   * Ends a claim. A result is remembered once the request began to execute, a declined card and a
   * crash included; refused parameters and conflicts leave the key free.
   */
  settle(record: IdempotencyRecord): void {
    this.#inFlight.delete(record.id);
    if (record.status === 200 || record.status === 402 || record.status >= 500)
      this.#table.put(record);
  }

  release(key: string): void {
    this.#inFlight.delete(key);
  }

  #prune(nowMs: number): void {
    for (const record of this.#table.values()) {
      if (nowMs - record.createdAtMs < KEPT_MS) return;
      this.#table.remove(record.id);
    }
  }
}

/** Two forms with the same parameters in another order are the same request. */
function canonical(value: FormValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? '')}`).join(',')}}`;
}

function keyError(status: number, message: string): StripeError {
  return new StripeError(status, { type: 'idempotency_error', message });
}

function inUse(key: string): StripeError {
  return new StripeError(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Try again later.`,
  });
}

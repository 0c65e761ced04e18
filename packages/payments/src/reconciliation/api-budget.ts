import { setTimeout as sleep } from 'node:timers/promises';
import { Stripe } from 'stripe';
import { retryAfterMs } from '../payment-errors.ts';

/** A run has made as many calls as it may; what is left is for the next one. */
export class ApiBudgetSpent extends Error {
  override name = 'ApiBudgetSpent';
}

/** Counts the calls of a run, so that it cannot take Stripe away from people who pay. */
export interface ApiBudget {
  /** Makes one call, waiting as long as Stripe asks for when it has had too many. */
  call<Value>(ask: () => Promise<Value>): Promise<Value>;
  spent(): number;
}

const PATIENCE_FIRST_MS = 500;
const PATIENCE_MAX_MS = 30_000;
const ATTEMPTS = 6;

/** @param callsMax how many calls, repetitions included, before `ApiBudgetSpent`. */
export function createApiBudget(callsMax: number): ApiBudget {
  let spent = 0;
  const attempt = <Value>(ask: () => Promise<Value>): Promise<Value> => {
    if (spent >= callsMax) {
      throw new ApiBudgetSpent(`The run has made its ${callsMax} calls; the next run goes on.`);
    }
    spent += 1;
    return ask();
  };
  return {
    spent: () => spent,
    async call(ask) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(ask);
        } catch (error) {
          // The SDK repeats other failures by itself; too many requests it leaves to us.
          if (tries === ATTEMPTS || !isTooMany(error)) throw error;
          const pauseMs = Math.min(PATIENCE_FIRST_MS * 2 ** (tries - 1), PATIENCE_MAX_MS);
          await sleep(Math.max(retryAfterMs(error) ?? 0, pauseMs * (0.5 + Math.random() / 2)));
        }
      }
    },
  };
}

const isTooMany = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.statusCode === 429;

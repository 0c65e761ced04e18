import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, LedgerTransaction } from './connect.ts';
import { isContention } from './sqlstates.ts';

const ATTEMPTS = 5;

/**
 * Runs `work` in one READ COMMITTED transaction. A lost race (deadlock, lock timeout) is rolled
 * back and tried again with jitter, five times at most; every other error reaches the caller.
 * After a connection broken during commit the caller retries too: operations are idempotent, so
 * the retry reads the outcome back instead of repeating the effect.
 */
export function inTransaction<Result>(
  db: Database,
  work: (tx: LedgerTransaction) => Promise<Result>,
): Promise<Result> {
  return afterLostRaces(() => committed(db, work));
}

/** Repeats what is one transaction by itself, as `inTransaction` does. */
export async function afterLostRaces<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

/** The driver's own return type unwraps arrays of promises, which the closure avoids. */
function committed<Result>(
  db: Database,
  work: (tx: LedgerTransaction) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let result: { value: Result } | undefined;
    db.begin(async (tx) => {
      result = { value: await work(tx) };
    }).then(() => {
      assert(result !== undefined, 'a transaction commits after its work');
      resolve(result.value);
    }, reject);
  });
}

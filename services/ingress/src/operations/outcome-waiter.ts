import { setTimeout as sleep } from 'node:timers/promises';
import {
  listenForOutcomes,
  readOperations,
  type Database,
  type OperationView,
} from '@bursar/ledger/reads';
import type { Logger } from 'pino';

export interface OutcomeWaiter {
  start: () => Promise<void>;
  /**
   * Waits until the operation is final, at most `waitMs`. Never rejects: an accepted command stays
   * accepted, whatever happens while somebody waits for it.
   *
   * @returns the operation as last seen, `null` when the ledger does not have it yet, and whether
   * there was room to wait.
   */
  wait: (key: string, waitMs: number) => Promise<Waited>;
  /** How many wait now. */
  waiting: () => number;
  /** Lets everybody go with what is known. */
  stop: () => Promise<void>;
}

export interface Waited {
  operation: OperationView | null;
  waited: boolean;
}

/** A signal can be lost with its connection; then this finds the outcome. */
const REREAD_MS = 1_000;
/** More callers than this get their 202 at once. */
const WAITERS_MAX = 5_000;
const KEYS_PER_QUERY = 1_000;
/** Signals come with every batch that any worker commits; reads do not come faster than this. */
const READ_PAUSE_MS = 2;

interface Waiter {
  seen: OperationView | null;
  finish: () => void;
}

/** One subscription and at most one query at a time for everybody who waits in this process. */
export function createOutcomeWaiter(db: Database, log: Logger): OutcomeWaiter {
  const waiters = new Map<string, Set<Waiter>>();
  let count = 0;
  let stopped = false;
  let reading = false;
  let readAgain = false;
  let subscription: { stop(): Promise<void> } | null = null;
  let timer: NodeJS.Timeout | undefined;

  /** Signals that arrive during a query lead to one more query, never to a second at once. */
  function signal(): void {
    readAgain = true;
    if (!reading && waiters.size > 0) void readAll();
  }

  async function readAll(): Promise<void> {
    reading = true;
    try {
      while (readAgain && waiters.size > 0) {
        readAgain = false;
        const startedMs = performance.now();
        const keys = [...waiters.keys()];
        for (let at = 0; at < keys.length; at += KEYS_PER_QUERY) {
          settle(await readOperations(db, keys.slice(at, at + KEYS_PER_QUERY)));
        }
        // As long a pause as the read took: with thousands who wait, half of a connection's time at most.
        await sleep(Math.max(READ_PAUSE_MS, performance.now() - startedMs));
      }
    } catch (error) {
      log.warn({ err: error }, 'Outcomes could not be read; the next second tries again');
    } finally {
      reading = false;
    }
  }

  function settle(operations: Map<string, OperationView>): void {
    for (const [key, operation] of operations) {
      for (const waiter of waiters.get(key) ?? []) {
        waiter.seen = operation;
        if (operation.status !== 'pending') waiter.finish();
      }
    }
  }

  function wait(key: string, waitMs: number): Promise<Waited> {
    if (stopped || waitMs <= 0 || count >= WAITERS_MAX) {
      return Promise.resolve({ operation: null, waited: false });
    }
    return new Promise((resolve) => {
      const group = waiters.get(key) ?? new Set();
      const waiter: Waiter = {
        seen: null,
        finish: () => {
          if (!group.delete(waiter)) return;
          count -= 1;
          clearTimeout(deadline);
          if (group.size === 0) waiters.delete(key);
          resolve({ operation: waiter.seen, waited: true });
        },
      };
      const deadline = setTimeout(waiter.finish, waitMs);
      waiters.set(key, group.add(waiter));
      count += 1;
      // The subscription is older than this read, so no outcome can fall between the two.
      signal();
    });
  }

  return {
    async start() {
      subscription = await listenForOutcomes(db, signal);
      timer = setInterval(signal, REREAD_MS);
    },
    wait,
    waiting: () => count,
    async stop() {
      stopped = true;
      clearInterval(timer);
      for (const group of waiters.values()) for (const waiter of group) waiter.finish();
      await subscription?.stop();
    },
  };
}

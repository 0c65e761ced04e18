import {
  applyHoldCommands,
  inTransaction,
  isTransientDatabaseError,
  type Database,
  type HoldItem,
} from '@bursar/ledger/operations';

/** How many commands one transaction applies at most: its locks are held for some tens of milliseconds. */
const ITEMS_MAX = 100;
/** A command that has failed so often goes alone, so that it takes no other with it. */
const ATTEMPTS_TOGETHER = 5;

/** Applies one command about a hold, `attempt` counting from 1. Rejects as its own transaction would. */
export type ApplyHold = (item: HoldItem, attempt: number) => Promise<void>;

interface Waiting {
  item: HoldItem;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Gathers the commands about holds of the jobs that run at the same time into one transaction. At
 * most one flies; whatever arrives meanwhile goes with the next. Outcomes are in the operations'
 * rows, refusals included, so the jobs learn only whether their command was decided.
 */
export function gatherHolds(db: Database): ApplyHold {
  const queue: Waiting[] = [];
  let flying = false;
  const apply = (items: readonly HoldItem[]) =>
    inTransaction(db, (tx) => applyHoldCommands(tx, items));

  const fly = async (): Promise<void> => {
    while (queue.length > 0) await settle(queue.splice(0, ITEMS_MAX));
    flying = false;
  };
  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await apply(batch.map(({ item }) => item));
      for (const { done } of batch) done();
    } catch (error) {
      const together = batch.length === 1 || isTransientDatabaseError(error);
      if (together) for (const { failed } of batch) failed(error);
      // One of them cannot be applied: alone, each fails or succeeds for itself.
      else for (const one of batch) await settle([one]);
    }
  };

  return async (item, attempt) => {
    if (attempt > ATTEMPTS_TOGETHER) {
      await apply([item]);
      return;
    }
    await new Promise<void>((done, failed) => {
      queue.push({ item, done, failed });
      if (flying) return;
      flying = true;
      // One turn of the loop lets the jobs that came with the same network read join.
      setImmediate(() => void fly());
    });
  };
}

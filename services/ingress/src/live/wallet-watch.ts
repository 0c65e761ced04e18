import { listenForOutcomes, readWalletMarks, type Database } from '@bursar/ledger/reads';
import type { Logger } from 'pino';

export interface WalletWatch {
  start: () => Promise<void>;
  /** Calls `onChange` whenever the wallet may have changed, until the returned function is called. */
  watch: (owner: string, onChange: () => void) => () => void;
  stop: () => Promise<void>;
}

/** Time changes wallets without a signal; then this notices. */
const LOOK_EVERY_MS = 3_000;
/** Signals within this time are one look. */
const GATHER_MS = 50;
const OWNERS_PER_QUERY = 1_000;

/**
 * One subscription and one query at a time for every wallet that anybody looks at in this process.
 *
 * @param onLook called after each look at them that succeeded.
 */
export function createWalletWatch(db: Database, log: Logger, onLook: () => void): WalletWatch {
  const watched = new Map<string, { mark: string; listeners: Set<() => void> }>();
  let subscription: { stop(): Promise<void> } | null = null;
  let interval: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let looking = false;
  let lookAgain = false;

  function signal(): void {
    lookAgain = true;
    if (watched.size > 0 && !looking) gathering ??= setTimeout(() => void look(), GATHER_MS);
  }

  async function look(): Promise<void> {
    gathering = undefined;
    looking = true;
    try {
      lookAgain = false;
      const owners = [...watched.keys()];
      for (let at = 0; at < owners.length; at += OWNERS_PER_QUERY) {
        compare(await readWalletMarks(db, owners.slice(at, at + OWNERS_PER_QUERY)));
      }
      onLook();
    } catch (error) {
      log.warn({ err: error }, 'Wallets could not be looked at; trying again in seconds');
    } finally {
      looking = false;
    }
    if (lookAgain) signal();
  }

  function compare(marks: Awaited<ReturnType<typeof readWalletMarks>>): void {
    for (const { owner, version, held, overdraftLimit, frozenBy } of marks) {
      const entry = watched.get(owner);
      const mark = `${version} ${held} ${overdraftLimit} ${frozenBy?.join()}`;
      if (entry === undefined || entry.mark === mark) continue;
      entry.mark = mark;
      for (const listener of entry.listeners) listener();
    }
  }

  return {
    async start() {
      subscription = await listenForOutcomes(db, signal);
      interval = setInterval(signal, LOOK_EVERY_MS);
    },
    watch(owner, onChange) {
      // Without a mark the next look tells everybody once, so nothing falls between reading and watching.
      const entry = watched.get(owner) ?? { mark: '', listeners: new Set() };
      entry.mark = '';
      entry.listeners.add(onChange);
      watched.set(owner, entry);
      return () => {
        entry.listeners.delete(onChange);
        if (entry.listeners.size === 0 && watched.get(owner) === entry) watched.delete(owner);
      };
    },
    async stop() {
      clearInterval(interval);
      clearTimeout(gathering);
      watched.clear();
      await subscription?.stop();
    },
  };
}

/** What this replica accepted lately. */
interface Acceptance {
  hash: string;
  /** RFC 3339. */
  acceptedAt: string;
  /** Whether it is in the queue for certain: only then may somebody rely on it. */
  queued: boolean;
}

export interface RecentAcceptances {
  /**
   * Notes that a command is about to be enqueued. Answers what was noted under this key before, if
   * anything: the same hash is a repetition, another one a reuse of the key.
   */
  note: (key: string, acceptance: Acceptance) => Acceptance | null;
  find: (key: string) => Acceptance | null;
  /** Takes a note back when the command could not be enqueued. */
  forget: (key: string, acceptance: Acceptance) => void;
}

/**
 * A bounded memory of accepted commands, so that reuse of a key shows before the ledger has applied
 * the first use. An economy only: what is forgotten here, the ledger still refuses.
 */
export function createRecentAcceptances(entriesMax = 50_000): RecentAcceptances {
  const entries = new Map<string, Acceptance>();
  return {
    note(key, acceptance) {
      const before = entries.get(key);
      if (before !== undefined) return before;
      // A Map iterates in insertion order, so its first key is the oldest.
      const oldest = entries.size >= entriesMax ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(key, acceptance);
      return null;
    },
    find: (key) => entries.get(key) ?? null,
    forget(key, acceptance) {
      if (entries.get(key) === acceptance) entries.delete(key);
    },
  };
}

import type { Database } from '../database/connect.ts';

/**
 * Calls `onSignal` whenever some operation or preview may have finished. A signal carries nothing:
 * read what you wait for again. It is also given when the subscription starts and each time it is
 * restored after a lost connection, because whatever happened meanwhile was not heard.
 */
export async function listenForOutcomes(
  db: Database,
  onSignal: () => void,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  const signal = (): void => {
    if (!stopped) onSignal();
  };
  const subscription = await db.listen('bursar_operations', signal, signal);
  return {
    async stop() {
      // The driver subscribes anew after a reconnect and then no longer knows this subscription as
      // the one to end, so silence must not depend on it.
      stopped = true;
      await subscription.unlisten();
    },
  };
}

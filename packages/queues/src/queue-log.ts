/** What this package needs of a logger; a pino logger fits. */
export type QueueLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/**
 * A listener for 'error' events that logs each distinct text at most once in ten seconds:
 * while a backend is down, every connection reports the same refusal several times a second.
 */
export function errorReporter(log: QueueLog, source: string): (error: Error) => void {
  const lastLoggedMs = new Map<string, number>();
  return (error) => {
    const nowMs = performance.now();
    const last = lastLoggedMs.get(error.message);
    if (last !== undefined && nowMs - last < REPEAT_MS) return;
    // Texts can carry ids; forgetting them all now and then keeps the map small.
    if (lastLoggedMs.size >= TEXTS_MAX) lastLoggedMs.clear();
    lastLoggedMs.set(error.message, nowMs);
    log.warn({ source, reason: error.message }, 'The queue connection reported an error');
  };
}

const REPEAT_MS = 10_000;
const TEXTS_MAX = 100;

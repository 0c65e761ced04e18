/**
 * Waits; ends early, without an error, when the signal aborts.
 * @param background do not keep the process alive for it.
 */
export function pause(ms: number, signal?: AbortSignal, background = false): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
    if (background) letGo(timer);
  });
}

/** Timers are numbers in browsers, where nothing is kept alive by them anyway. */
export function letGo(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null) return;
  if ('unref' in timer && typeof timer.unref === 'function') timer.unref();
}

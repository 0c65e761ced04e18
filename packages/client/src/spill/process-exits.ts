import type { Exits } from '../meter/exits.ts';

/** Watches this process. */
export const processExits: Exits = {
  watch({ onIdle, onExit, onSignal, signals }) {
    const idle = (): void => void onIdle();
    const ending = (signal: NodeJS.Signals): void => {
      void onSignal().finally(() => {
        // Whoever else listens decides when the process ends; otherwise it ends as it would have.
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      });
    };
    process.once('beforeExit', idle);
    process.once('exit', onExit);
    for (const signal of signals) process.once(signal, ending);
    return () => {
      process.off('beforeExit', idle);
      process.off('exit', onExit);
      for (const signal of signals) process.off(signal, ending);
    };
  },
};

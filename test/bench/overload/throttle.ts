import { setTimeout as sleep } from 'node:timers/promises';

const PERIOD_MS = 100;

/** Lets a process run for a share of the time only; 0 stops it. Afterwards it runs as before. */
export function throttle(pid: number, share: number): { release: () => Promise<void> } {
  const releasing = new AbortController();
  const running = (async () => {
    while (!releasing.signal.aborted) {
      process.kill(pid, 'SIGSTOP');
      await sleep(PERIOD_MS * (1 - share));
      if (share > 0) {
        process.kill(pid, 'SIGCONT');
        await sleep(PERIOD_MS * share);
      }
    }
    process.kill(pid, 'SIGCONT');
  })();
  return {
    async release() {
      releasing.abort();
      await running;
    },
  };
}

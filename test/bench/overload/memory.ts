import { readFileSync } from 'node:fs';

/** Resident megabytes of a process; 0 where there is no /proc. */
export function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** Looks at the processes until it is stopped, and tells the most that each of them held. */
export function watchMemory(pids: readonly number[]): { stop: () => number[] } {
  const most = pids.map(residentMegabytes);
  const timer = setInterval(() => {
    for (const [at, pid] of pids.entries()) {
      most[at] = Math.max(most[at] ?? 0, residentMegabytes(pid));
    }
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

const RESTARTS_PER_MINUTE = 5;
const MINUTE_MS = 60_000;

/** Counts deaths: true while starting again still makes sense. */
export function createRestartLimit(): () => boolean {
  let deaths: number[] = [];
  return () => {
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < MINUTE_MS), now];
    return deaths.length <= RESTARTS_PER_MINUTE;
  };
}

/** Keeps a worker from holding more charges than the next few batches need. */
export type HoldLimit = {
  /** Tells how many items a job has that starts now. */
  observe(items: number): void;
};

/**
 * A charge job carries 1 to 500 items, so no number of jobs fits both: what keeps batches full with
 * single charges would, with full packs, hold half a million in memory, out of sight of whoever
 * measures the queue and ahead of every job that arrives later. The number of jobs at a time
 * therefore follows their mean size.
 */
export function createHoldLimit(
  rules: { readonly itemsMax: number; readonly jobsMax: number },
  setConcurrency: (jobs: number) => void,
): HoldLimit {
  let mean = 1;
  let jobs = rules.jobsMax;
  return {
    observe(items) {
      mean += (items - mean) * (items > mean ? GROWTH_WEIGHT : DECLINE_WEIGHT);
      const wanted = Math.max(JOBS_MIN, Math.min(rules.jobsMax, Math.ceil(rules.itemsMax / mean)));
      // Small changes are noise.
      if (Math.abs(wanted - jobs) * 4 < jobs) return;
      jobs = wanted;
      setConcurrency(jobs);
    },
  };
}

/** Growing sizes count at once, for they cost memory; shrinking ones only cost a little speed. */
const GROWTH_WEIGHT = 1 / 4;
const DECLINE_WEIGHT = 1 / 16;
/** One batch in flight, one to follow, and one being fetched. */
const JOBS_MIN = 3;

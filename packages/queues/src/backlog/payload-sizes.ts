/** How large the jobs are that this process enqueues, by queue. */
export type PayloadSizes = {
  note(queue: string, bytes: number): void;
  /** Bytes of a job of this queue as last seen on average; a guess before the first. */
  mean(queue: string): number;
};

export function createPayloadSizes(): PayloadSizes {
  const means = new Map<string, number>();
  return {
    note(queue, bytes) {
      const before = means.get(queue);
      means.set(queue, before === undefined ? bytes : before + (bytes - before) * NEWEST_WEIGHT);
    },
    mean: (queue) => means.get(queue) ?? BYTES_GUESSED,
  };
}

/** About the last sixty jobs decide. */
const NEWEST_WEIGHT = 1 / 32;
const BYTES_GUESSED = 1_024;

import type { LaneBacklog } from '@bursar/queues';

/** Beyond these a lane takes nothing new. */
export interface LaneLimits {
  ageMs: number;
  /** Of the whole queue: what its memory may grow to before this lane closes. */
  bytes: number;
}

/** How a lane of a queue fares, from sample to sample. */
export interface LaneLoad {
  shedding: boolean;
  jobs: number;
  ageMs: number;
  /** How many samples in a row were beyond a limit. */
  beyond: number;
  /** Jobs per second while nothing new is taken; `null` until that was seen. */
  drained: number | null;
  sampledAtMs: number;
}

export const CALM: LaneLoad = {
  shedding: false,
  jobs: 0,
  ageMs: 0,
  beyond: 0,
  drained: null,
  sampledAtMs: 0,
};

/** One sample alone may be a hiccup, or one old job at its head. */
const SAMPLES_BEYOND = 2;
/** A lane that closed opens again when this share of its limits is left behind: opening and closing in turns helps nobody. */
const REOPEN_AGE = 1 / 2;
const REOPEN_BYTES = 3 / 4;
const NEWEST_WEIGHT = 1 / 3;

/** The lane's load after another sample. */
export function nextLoad(
  before: LaneLoad,
  sample: LaneBacklog & { bytes: number },
  limits: LaneLimits,
  nowMs: number,
): LaneLoad {
  const { jobs, ageMs, bytes } = sample;
  const isBeyond = ageMs > limits.ageMs || bytes > limits.bytes;
  const isRelieved = ageMs <= limits.ageMs * REOPEN_AGE && bytes <= limits.bytes * REOPEN_BYTES;
  const beyond = isBeyond ? before.beyond + 1 : 0;
  const shedding = before.shedding ? !isRelieved : beyond >= SAMPLES_BEYOND;
  const drained = before.shedding && shedding ? drainedBetween(before, jobs, nowMs) : null;
  return { shedding, jobs, ageMs, beyond, drained, sampledAtMs: nowMs };
}

function drainedBetween(before: LaneLoad, jobs: number, nowMs: number): number {
  const seconds = Math.max(0.001, (nowMs - before.sampledAtMs) / 1_000);
  const rate = Math.max(0, before.jobs - jobs) / seconds;
  return before.drained === null ? rate : before.drained + (rate - before.drained) * NEWEST_WEIGHT;
}

const WAIT_UNKNOWN_SECONDS = 2;
const WAIT_SECONDS_MAX = 30;

/** Seconds until a lane that sheds will take commands again, by the rate at which it drains. */
export function secondsUntilOpen({ drained, jobs }: LaneLoad): number {
  if (drained === null) return WAIT_UNKNOWN_SECONDS;
  const share = Math.max(REOPEN_AGE, 1 - REOPEN_BYTES);
  return Math.min(WAIT_SECONDS_MAX, Math.max(1, (jobs * share) / Math.max(drained, 0.01)));
}

import type { JobName } from '@bursar/contracts';

/** A group of queues; `charges` is one queue per shard, every other family is one queue. */
export type QueueFamily = 'charges' | 'ledger' | 'payments' | 'notices' | 'schedules';

export type CatalogRow = {
  readonly family: QueueFamily;
  /** How often a job may start before it becomes a dead letter. */
  readonly attemptsMax: number;
  /** Wait before the second attempt; doubles with each attempt up to `backoffCapMs`. */
  readonly backoffFirstMs: number;
  readonly backoffCapMs: number;
  /** The payload as JSON, in bytes. */
  readonly payloadBytesMax: number;
  /** Finished jobs kept to look at; their ids refuse duplicates meanwhile, which is an economy only. */
  readonly completedKept: { readonly ageSeconds: number; readonly count: number } | 'none';
  /** Dead letters kept: of what was accepted, all; of what the next slot repeats anyway, some. */
  readonly deadLettersKept: number | 'all';
};

/**
 * Accepted commands retry for at least five days (20,000 attempts, half of 30 s or more apart), so
 * that an outage over a long weekend turns nothing into a dead letter.
 */
const accepted = {
  attemptsMax: 30_000,
  backoffFirstMs: 100,
  backoffCapMs: 30_000,
  payloadBytesMax: 256 * 1024,
  completedKept: 'none',
  deadLettersKept: 'all',
} as const;

const recent = { ageSeconds: 3_600, count: 1_000 } as const;

/** One row per job: where it waits, how often it is tried, how large it may be, what is kept of it. */
export const catalog: Readonly<Record<JobName, CatalogRow>> = {
  'apply-charges': { ...accepted, family: 'charges', payloadBytesMax: 2 * 1024 * 1024 },
  'apply-command': { ...accepted, family: 'ledger', payloadBytesMax: 2 * 1024 * 1024 },
  // Somebody waits for a preview now; an answer after a minute helps nobody.
  preview: { ...accepted, family: 'ledger', attemptsMax: 3, deadLettersKept: 0 },
  'open-purchase': { ...accepted, family: 'payments' },
  'change-purchase': { ...accepted, family: 'payments' },
  'change-subscription': { ...accepted, family: 'payments' },
  // Somebody waits for the answer now, as for a preview.
  'ask-payments': { ...accepted, family: 'payments', attemptsMax: 3, deadLettersKept: 0 },
  'handle-stripe-event': { ...accepted, family: 'payments', completedKept: recent },
  'fulfil-purchase': { ...accepted, family: 'payments', completedKept: recent },
  // Kept briefly: the schedule asks again about a try that is still under way.
  'top-up': { ...accepted, family: 'payments', completedKept: { ageSeconds: 600, count: 1_000 } },
  'card-command': { ...accepted, family: 'payments' },
  // The errand itself keeps what went wrong, and the schedule asks again until it is done.
  'run-errand': { ...accepted, family: 'payments', attemptsMax: 3, deadLettersKept: 0 },
  notify: {
    ...accepted,
    family: 'notices',
    attemptsMax: 1_000,
    backoffFirstMs: 1_000,
    backoffCapMs: 600_000,
    completedKept: recent,
  },
  // Beside the ticks, so that comparing with Stripe never keeps a customer waiting.
  reconcile: {
    ...accepted,
    family: 'schedules',
    attemptsMax: 20,
    backoffFirstMs: 1_000,
    completedKept: recent,
    deadLettersKept: 100,
  },
  // The next slot repeats the work, so a tick gives up early and old failures make room.
  tick: {
    ...accepted,
    family: 'schedules',
    attemptsMax: 10,
    backoffFirstMs: 1_000,
    completedKept: recent,
    deadLettersKept: 100,
  },
};

/** How many charges one transaction applies at most; measured best between 500 and 2,000. */
export const CHARGES_PER_BATCH_MAX = 500;

/** Every queue of an installation with so many charge shards, charges first. */
export function queueNames(chargeShards: number): readonly string[] {
  const shards = Array.from({ length: chargeShards }, (_, shard) => `charges-${shard}`);
  return [...shards, 'ledger', 'payments', 'notices', 'schedules'];
}

export function familyOf(queue: string): QueueFamily {
  for (const family of FAMILIES) {
    if (queue === family || (family === 'charges' && queue.startsWith('charges-'))) return family;
  }
  throw new Error(`"${queue}" is not a queue; ask queueNames() for those there are.`);
}

/** The jobs that wait in a family's queues. */
export function jobsOf(family: QueueFamily): readonly JobName[] {
  return JOB_NAMES.filter((name) => catalog[name].family === family);
}

/** False for the name of a job that only a newer release knows. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(catalog, name);
}

const JOB_NAMES: readonly JobName[] = Object.keys(catalog).filter(isJobName);

const FAMILIES: readonly QueueFamily[] = ['charges', 'ledger', 'payments', 'notices', 'schedules'];

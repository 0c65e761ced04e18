import { setTimeout as sleep } from 'node:timers/promises';
import { relayFacts, type CommittedFact } from '@bursar/ledger/operations';
import type { NewJob } from '@bursar/queues';
import type { WorkerContext } from './worker-context.ts';

const IDLE_MS = 250;
const AFTER_ERROR_MS = 2_000;

/**
 * Hands committed facts to the notices queue until `signal` aborts. The job id is the fact's, so a
 * hand-over repeated after a crash usually finds its job there; the notice itself exists once anyway.
 */
export async function relayUntil(context: WorkerContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const pauseMs = await relayOnce(context);
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
}

async function relayOnce({ db, queues, log }: WorkerContext): Promise<number> {
  try {
    const relayed = await relayFacts(db, (facts) => queues.enqueueMany(facts.map(jobOf)));
    return relayed > 0 ? 0 : IDLE_MS;
  } catch (error) {
    log.warn({ reason: String(error) }, 'Facts could not be handed over; trying again');
    return AFTER_ERROR_MS;
  }
}

/** People are told of most facts; a balance that ran low is bought up. */
const jobOf = ({ id, topUp }: CommittedFact): NewJob =>
  topUp === null
    ? { job: 'notify', payload: { fact: id }, options: { jobId: `fact-${id}` } }
    : { job: 'top-up', payload: { attempt: topUp }, options: { jobId: `top-up-${topUp}` } };

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

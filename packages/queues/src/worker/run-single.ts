import { jobPayloads } from '@bursar/contracts';
import { z } from 'zod';
import type { BullJob } from '../backend/queue-backend.ts';
import { isJobName } from '../catalog.ts';
import { jobFailure, neverAgain, RetryLater } from './job-failure.ts';
import type { JobContext, JobHandlers, SingleJobName } from './job-handlers.ts';

/** Runs one job through the handler of its name. */
export async function runSingle(
  job: BullJob,
  handlers: JobHandlers,
  isTransient: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { name } = job;
  // During a rolling deployment an older worker may meet a newer job; a newer worker will take it.
  if (!isSingleJobName(name)) throw new RetryLater(`This worker does not know the job "${name}".`);
  // Name, payload and handler belong together by the catalog, which one union type cannot say.
  const handler: ((payload: never, context: JobContext) => Promise<void>) | undefined =
    handlers[name];
  if (!handler) throw new RetryLater(`This worker has no handler for "${name}".`);
  const parsed = jobPayloads[name].safeParse(job.data);
  if (!parsed.success) throw neverAgain(z.prettifyError(parsed.error));
  const slot = slotOf(job);
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed by this job's own schema
    await handler(parsed.data as never, {
      jobId: job.id ?? '',
      queue: job.queueName,
      attempt: job.attemptsMade + 1,
      enqueuedAt: new Date(job.timestamp),
      ...(slot === undefined ? {} : { slot }),
      signal,
    });
  } catch (error) {
    throw jobFailure(error, isTransient);
  }
}

function isSingleJobName(name: string): name is SingleJobName {
  return isJobName(name) && name !== 'apply-charges';
}

/** BullMQ ends the id of a scheduled job with the planned time in milliseconds. */
function slotOf(job: BullJob): string | undefined {
  if (job.repeatJobKey === undefined) return undefined;
  const plannedMs = /:(\d{1,15})$/.exec(job.id ?? '')?.[1];
  return plannedMs === undefined ? undefined : new Date(Number(plannedMs)).toISOString();
}

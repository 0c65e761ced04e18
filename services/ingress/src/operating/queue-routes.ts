import { JOB_STATES, type QueuedJob } from '@bursar/queues';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const QueueSchema = z
  .object({
    name: z.string(),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int().meta({ description: 'Planned for later, retries included' }),
    failed: z.int().meta({ description: 'Dead letters' }),
    paused: z.boolean(),
    oldest_waiting_seconds: z.number().meta({ description: '0 when none waits' }),
  })
  .meta({ id: 'Queue' });

const JobSchema = z
  .object({
    id: z.string(),
    job: z.string(),
    attempts: z.int(),
    reason: z.string().nullable().meta({ description: 'Why the last attempt failed' }),
    enqueued_at: TimeSchema,
    due_at: TimeSchema.nullable(),
    payload: z.unknown().meta({ description: 'What the job carries; may name wallets and people' }),
  })
  .meta({ id: 'QueuedJob' });

const JOBS_DEFAULT = 50;
const JOBS_MAX = 200;

/** What waits between acceptance and the ledger, for operators. */
export const queueRoutes = (services: Services): Route[] => [
  queuesRoute(services),
  jobsRoute(services),
];

const queuesRoute = ({ queues }: Services): Route =>
  route({
    method: 'get',
    path: '/v1/queues',
    operationId: 'listQueues',
    tag: 'Operating',
    summary: 'Show how much each queue has to do, and how old it is',
    answers: {
      200: { description: 'Every queue', schema: z.object({ data: z.array(QueueSchema) }) },
    },
    handle: async ({ caller }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const [counts, ages] = await Promise.all([queues.counts(), queues.oldestWaitingAgeMs()]);
      return ok({
        data: Object.entries(counts).map(([name, { completed: _completed, ...count }]) => ({
          name,
          ...count,
          oldest_waiting_seconds: Math.round((ages[name] ?? 0) / 100) / 10,
        })),
      });
    },
  });

const jobsRoute = ({ queues }: Services): Route =>
  route({
    method: 'get',
    path: '/v1/queues/{queue}/jobs',
    operationId: 'listJobs',
    tag: 'Operating',
    summary: 'List the first jobs of a queue in one state',
    params: z.strictObject({ queue: z.string().max(100) }),
    query: z.strictObject({
      state: z.enum(JOB_STATES),
      limit: z.coerce.number().int().min(1).max(JOBS_MAX).optional(),
    }),
    answers: {
      200: {
        description: 'The oldest that wait; the newest of any other state',
        schema: z.object({ data: z.array(JobSchema) }),
      },
    },
    handle: async ({ caller, params: { queue }, query: { state, limit = JOBS_DEFAULT } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const jobs = await queues.listJobs({ queue, state, limit });
      return jobs === undefined ? notFound('queue') : ok({ data: jobs.map(renderJob) });
    },
  });

const renderJob = (job: QueuedJob): z.infer<typeof JobSchema> => ({
  id: job.jobId,
  job: job.job,
  attempts: job.attempts,
  reason: job.reason,
  enqueued_at: job.enqueuedAt.toISOString(),
  due_at: timeText(job.dueAt),
  payload: job.payload,
});

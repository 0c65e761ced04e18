import { EmptyBody } from '@bursar/contracts';
import type { DeadLetter } from '@bursar/queues';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const LETTERS = '/v1/dead-letters';
const LETTERS_DEFAULT = 50;
const LETTERS_MAX = 200;

const LetterSchema = z
  .object({
    id: z.string(),
    queue: z.string(),
    job: z.string(),
    reason: z.string(),
    attempts: z.int(),
    enqueued_at: TimeSchema,
    failed_at: TimeSchema.nullable(),
  })
  .meta({ id: 'DeadLetter', description: 'A job that will not be tried again by itself' });

const InspectedSchema = LetterSchema.extend({
  payload: z.unknown().meta({ description: 'What the job carries; may name wallets and people' }),
}).meta({ id: 'InspectedDeadLetter' });

const LetterParams = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\0]*$/),
});

/** Jobs that nothing will try again by itself, for operators. */
export const deadLetterRoutes = (services: Services): Route[] => [
  listRoute(services),
  showRoute(services),
  replayRoute(services),
  discardRoute(services),
];

const listRoute = ({ queues }: Services): Route =>
  route({
    method: 'get',
    path: LETTERS,
    operationId: 'listDeadLetters',
    tag: 'Operating',
    summary: 'List jobs that could not be applied, newest first',
    query: z.strictObject({
      queue: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(LETTERS_MAX).optional(),
    }),
    answers: {
      200: {
        description: 'The newest; `has_more` when there are as many as were asked for',
        schema: z.object({ data: z.array(LetterSchema), has_more: z.boolean() }),
      },
    },
    handle: async ({ caller, query: { queue, limit = LETTERS_DEFAULT } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const letters = await queues.listDeadLetters({
        limit: limit + 1,
        ...(queue !== undefined && { queue }),
      });
      return ok({ data: letters.slice(0, limit).map(render), has_more: letters.length > limit });
    },
  });

const showRoute = ({ queues }: Services): Route =>
  route({
    method: 'get',
    path: `${LETTERS}/{id}`,
    operationId: 'getDeadLetter',
    tag: 'Operating',
    summary: 'Show a dead letter with what it carries',
    params: LetterParams,
    answers: { 200: { description: 'The job', schema: InspectedSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const letter = await queues.inspect(id);
      if (letter === undefined) return notFound('dead letter');
      return ok({ ...render(letter), payload: letter.payload });
    },
  });

const replayRoute = ({ queues }: Services): Route =>
  route({
    method: 'post',
    path: `${LETTERS}/{id}/replay`,
    operationId: 'replayDeadLetter',
    tag: 'Operating',
    summary: 'Put a job back to work; nothing that was applied is applied again',
    params: LetterParams,
    body: EmptyBody,
    example: {},
    answers: { 204: { description: 'It is back in its queue, with fresh attempts' } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const outcome = await queues.replay(id);
      return outcome === 'replayed' ? { kind: 'empty' } : notFound('dead letter');
    },
  });

const discardRoute = ({ queues }: Services): Route =>
  route({
    method: 'delete',
    path: `${LETTERS}/{id}`,
    operationId: 'discardDeadLetter',
    tag: 'Operating',
    summary: 'Delete a job for good, and with it the command it carries',
    params: LetterParams,
    answers: { 204: { description: 'It is deleted' } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const outcome = await queues.discard(id);
      return outcome === 'discarded' ? { kind: 'empty' } : notFound('dead letter');
    },
  });

const render = (letter: DeadLetter): z.infer<typeof LetterSchema> => ({
  id: letter.jobId,
  queue: letter.queue,
  job: letter.job,
  reason: letter.reason,
  attempts: letter.attempts,
  enqueued_at: letter.enqueuedAt.toISOString(),
  failed_at: timeText(letter.failedAt),
});

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobPayload, OperationHead } from '@bursar/contracts';
import { readPreview, type PreviewView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, callerId, type Caller } from '../access/caller.ts';
import { ok, type Answer } from '../http/answer.ts';
import { isProblem, problem } from '../problems/problem.ts';
import { ProblemSchema } from '../problems/problem-schema.ts';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import { renderProblem } from '../problems/render-problem.ts';
import { timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import type { MakeWork, Work } from './work.ts';

export const PreviewSchema = z
  .object({
    object: z.literal('preview'),
    would: z.enum(['succeed', 'be_rejected']),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: ProblemSchema.nullable(),
    kept_until: TimeSchema.nullable().meta({
      description:
        'Until when the recipients that were sent are kept, if they are more than 1,000; nothing else of a preview is',
    }),
  })
  .meta({
    id: 'Preview',
    description:
      'What a command would do; nothing was changed. Names no `id` and no `transaction`, because none was made.',
  });

/** Somebody looks at a screen meanwhile. */
const ANSWER_LIMIT_MS = 10_000;
const FIRST_LOOK_MS = 10;
const LOOK_EVERY_MS_MAX = 250;

/** Lets a worker run the command and take it back, and answers what would have happened. */
export async function preview(
  services: Services,
  caller: Caller,
  hash: string,
  make: MakeWork,
): Promise<Answer> {
  const refusal = services.load.refusal('ledger');
  if (refusal !== null) return refusal;
  const work = await make();
  if (isProblem(work)) return work;
  const id = randomUUID();
  const operation: OperationHead = {
    key: randomUUID(),
    hash,
    caller: callerId(caller),
    actor: actorOf(caller),
    accepted_at: new Date().toISOString(),
  };
  await services.queues.enqueue('preview', { id, operation, command: asked(work, operation) });
  const answer = await answerOf(services, id);
  if (answer === null) {
    return problem(
      'unavailable',
      'The preview was not answered in time; nothing was changed. Try again.',
      {
        headers: { 'Retry-After': '2' },
      },
    );
  }
  const rejected = answer.status === 'rejected';
  return ok({
    object: 'preview',
    would: rejected ? 'be_rejected' : 'succeed',
    result: answer.result,
    error: rejected ? renderProblem(rejectionProblem(answer.error), services.publicUrl) : null,
    kept_until: timeText((work.kind === 'command' && work.keptUntil) || null),
  } satisfies z.infer<typeof PreviewSchema>);
}

function asked(work: Work, operation: OperationHead): JobPayload<'preview'>['command'] {
  if (work.kind === 'charge') {
    return { type: 'charge', charge: { ...operation, ...work.charge } };
  }
  if (work.kind === 'purchase_change') throw new Error('Changes of orders have no preview.');
  if (work.kind === 'card') throw new Error('What is done with cards has no preview.');
  if (work.kind === 'subscription') throw new Error('Subscriptions have no preview.');
  return work.kind === 'purchase'
    ? { type: 'purchase', order: work.order }
    : { type: 'command', command: work.command };
}

/** Looks at growing intervals; `null` when the time is over. */
export async function answerOf(services: Services, id: string): Promise<PreviewView | null> {
  const deadline = performance.now() + ANSWER_LIMIT_MS;
  for (let pauseMs = FIRST_LOOK_MS; performance.now() < deadline; pauseMs *= 1.5) {
    await sleep(Math.min(pauseMs, LOOK_EVERY_MS_MAX));
    const answer = await readPreview(services.db, id);
    if (answer !== null && answer.status !== 'pending') return answer;
  }
  return null;
}

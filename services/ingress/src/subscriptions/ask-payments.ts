import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobPayload } from '@bursar/contracts';
import { takeAnswer } from '@bursar/ledger/reads';
import { problem, type Problem } from '../problems/problem.ts';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import type { Services } from '../service/services.ts';

/** Somebody looks at a screen meanwhile. */
const ANSWER_LIMIT_MS = 10_000;
const FIRST_LOOK_MS = 20;
const LOOK_EVERY_MS_MAX = 250;

type Answered = { kind: 'answered'; result: Record<string, unknown> } | Problem;

/** Lets a worker ask Stripe, and waits for the answer, which is forgotten once it was read. */
export async function askPayments(
  services: Services,
  question: JobPayload<'ask-payments'>['question'],
): Promise<Answered> {
  const refusal = services.load.refusal('payments');
  if (refusal !== null) return refusal;
  const id = randomUUID();
  await services.queues.enqueue('ask-payments', { id, question });
  const deadline = performance.now() + ANSWER_LIMIT_MS;
  for (let pauseMs = FIRST_LOOK_MS; performance.now() < deadline; pauseMs *= 1.5) {
    await sleep(Math.min(pauseMs, LOOK_EVERY_MS_MAX));
    const answer = await takeAnswer(services.db, id);
    if (answer === null) continue;
    return answer.status === 'rejected'
      ? rejectionProblem(answer.error)
      : { kind: 'answered', result: answer.result ?? {} };
  }
  return problem(
    'unavailable',
    'Stripe did not answer in time; nothing was changed. Try again shortly.',
    { headers: { 'Retry-After': '2' } },
  );
}

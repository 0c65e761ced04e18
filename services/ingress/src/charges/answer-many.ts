import type { OperationView } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import type { Identity } from '../operations/identify.ts';
import { keyReused } from '../operations/submit.ts';
import { ProblemSchema } from '../problems/problem-schema.ts';
import { isProblem, type Problem } from '../problems/problem.ts';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import { renderProblem } from '../problems/render-problem.ts';
import type { Services } from '../service/services.ts';
import { acceptCharges, type Accepted, type Candidate } from './accept-charges.ts';

/** One of many: how its sender calls it, and the charge, unless it is refused already. */
export interface SentItem<Label extends object> {
  label: Label;
  candidate: Candidate | Problem;
}

/** The document of an answer about many; `label` says which item is meant. */
export const manySchema = (label: z.ZodRawShape) =>
  z.object({
    data: z.array(
      z.object({
        ...label,
        operation: z
          .string()
          .nullable()
          .meta({ description: 'The id of the operation; null unless accepted' }),
        status: z.enum(['accepted', 'invalid', 'unavailable']).meta({
          description:
            'unavailable: not known to be durable; send it again as it is, nothing happens twice',
        }),
        error: ProblemSchema.nullable(),
        replayed: z.boolean().meta({ description: 'The same item was accepted before' }),
        operation_status: z.enum(['pending', 'succeeded', 'rejected']).optional().meta({
          description:
            'With Prefer: wait; the error of a rejected operation is its reason. Absent without.',
        }),
      }),
    ),
  });

export interface AnswerOptions {
  /** Seconds; `null` when the caller does not want to wait. */
  wait: number | null;
  /** Whoever sends one item looks at the status alone, so its refusal is a status too. */
  single: boolean;
}

/**
 * Accepts many charges and answers about each in the order sent: 202, or 200 when the caller waited and
 * every accepted one is final. When nothing was accepted and something may be later, it is a 503.
 */
export async function answerMany<Label extends object>(
  services: Services,
  items: readonly SentItem<Label>[],
  { wait, single }: AnswerOptions,
): Promise<Answer> {
  const verdicts = await verdictsOn(services, items);
  return answerVerdicts(
    services,
    items.map(({ label }, at) => ({ label, verdict: verdicts[at] ?? unanswered() })),
    { wait, single },
  );
}

/** Answers about many commands whose acceptance is known, in the order given. */
export async function answerVerdicts(
  services: Services,
  items: readonly { label: object; verdict: ItemVerdict }[],
  { wait, single }: AnswerOptions,
): Promise<Answer> {
  const verdicts = items.map(({ verdict }) => verdict);
  const accepted = verdicts.flatMap((verdict) => (isProblem(verdict) ? [] : [verdict]));
  const refusals = verdicts.filter(isProblem);
  const [refusal] = refusals;
  const outage = refusals.find(({ code }) => code === 'unavailable');
  if (outage !== undefined && accepted.length === 0) return outage;
  if (single && refusal !== undefined) return refusal;
  const outcomes = wait === null ? null : await waitForAll(services, accepted, wait);
  const data = items.map(({ label, verdict }) => ({
    ...label,
    ...render(services, verdict, outcomes),
  }));
  const pending = data.some(({ operation_status }) => operation_status === 'pending');
  return {
    kind: 'json',
    status: outcomes === null || pending ? 202 : 200,
    body: { data },
    ...(wait !== null && { headers: { 'Preference-Applied': `wait=${wait}` } }),
  };
}

export type ItemVerdict = (Pick<Accepted, 'replayed'> & { identity: Identity }) | Problem;

/** In the order of the items. */
async function verdictsOn(
  services: Services,
  items: readonly SentItem<object>[],
): Promise<ItemVerdict[]> {
  const candidates = items.flatMap(({ candidate }) => (isProblem(candidate) ? [] : [candidate]));
  const verdicts = (await acceptCharges(services, candidates)).values();
  return items.map(({ candidate }) => {
    if (isProblem(candidate)) return candidate;
    const verdict = verdicts.next().value ?? unanswered();
    return isProblem(verdict) ? verdict : { ...verdict, identity: candidate.identity };
  });
}

/** The outcomes by operation key, as far as they are known in time. */
async function waitForAll(
  { outcomes }: Services,
  accepted: readonly { identity: Identity }[],
  waitSeconds: number,
): Promise<Map<string, OperationView>> {
  const keys = new Set(accepted.map(({ identity }) => identity.head.key));
  const seen = await Promise.all(
    [...keys].map(async (key) => ({ key, ...(await outcomes.wait(key, waitSeconds * 1_000)) })),
  );
  return new Map(
    seen.flatMap(({ key, operation }) => (operation === null ? [] : [[key, operation]])),
  );
}

type WireItem = z.infer<ReturnType<typeof manySchema>>['data'][number];

function render(
  { publicUrl }: Services,
  verdict: ItemVerdict,
  outcomes: Map<string, OperationView> | null,
): WireItem {
  if (isProblem(verdict)) return renderRefusal(verdict, publicUrl);
  const { id, head } = verdict.identity;
  const outcome = outcomes?.get(head.key);
  // A rival's request under this key was applied first.
  if (outcome !== undefined && outcome.requestHash !== head.hash) {
    return renderRefusal(keyReused(id), publicUrl);
  }
  const rejection = outcome?.status === 'rejected' ? rejectionProblem(outcome.error, id) : null;
  return {
    operation: id,
    status: 'accepted',
    error: rejection === null ? null : renderProblem(rejection, publicUrl),
    replayed: verdict.replayed,
    ...(outcomes !== null && { operation_status: outcome?.status ?? 'pending' }),
  };
}

const renderRefusal = (refusal: Problem, publicUrl: string): WireItem => ({
  operation: null,
  status: refusal.code === 'unavailable' ? 'unavailable' : 'invalid',
  error: renderProblem(refusal, publicUrl),
  replayed: false,
});

function unanswered(): never {
  throw new Error('A charge of a batch was left without a verdict.');
}

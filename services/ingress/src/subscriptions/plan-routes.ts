import { PlanBody, PlanId } from '@bursar/contracts';
import { putPlan, readPlans, retirePlan, type Plan } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { listSchema } from '../reads/list-answer.ts';
import type { Services } from '../service/services.ts';
import { PlanSchema, renderPlan } from './render-plan.ts';

const PlanParams = z.strictObject({ id: PlanId });

const EXAMPLE = {
  name: 'Pro',
  credits: '1000',
  price: { amount: 1000, currency: 'usd' },
  rollover_cap: '500',
};

/** Plans are read by any caller and written by operators. */
export const planRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/plans',
    operationId: 'listPlans',
    tag: 'Subscriptions',
    summary: 'List what can be subscribed to',
    answers: { 200: { description: 'Every plan on offer', schema: listSchema(PlanSchema) } },
    handle: async () =>
      ok({
        data: (await readPlans(services.db)).map(renderPlan),
        has_more: false,
        next_cursor: null,
      }),
  }),
  route({
    method: 'put',
    path: '/v1/plans/{id}',
    operationId: 'putPlan',
    tag: 'Subscriptions',
    summary: 'Write a plan whole',
    description:
      'Newcomers are sold it from now on; whoever has subscribed keeps the terms they were sold. Its price is made at Stripe when somebody first subscribes.',
    params: PlanParams,
    body: PlanBody,
    example: EXAMPLE,
    problems: ['plan_limit_reached', 'invalid_amount'],
    answers: {
      200: { description: 'The plan', schema: PlanSchema },
      201: { description: 'A new plan', schema: PlanSchema },
    },
    handle: ({ caller, params, body }) => writePlan(services, caller, params.id, body),
  }),
  route({
    method: 'delete',
    path: '/v1/plans/{id}',
    operationId: 'retirePlan',
    tag: 'Subscriptions',
    summary: 'Take a plan off the offer',
    description: 'Whoever has subscribed keeps it. Putting it again offers it again.',
    params: PlanParams,
    answers: { 204: { description: 'Retired' } },
    handle: async ({ caller, params }) => {
      const refusal = permitAnywhere(caller, 'manage_plans');
      if (refusal !== null) return refusal;
      return (await retirePlan(services.db, params.id)) ? { kind: 'empty' } : notFound('plan');
    },
  }),
];

async function writePlan(
  { db }: Services,
  caller: Caller,
  id: string,
  body: z.output<typeof PlanBody>,
): Promise<Answer> {
  const refusal = permitAnywhere(caller, 'manage_plans');
  if (refusal !== null) return refusal;
  const outcome = await putPlan(db, planFrom(id, body));
  if (outcome === 'limit_reached') {
    return problem(
      'plan_limit_reached',
      'There are as many plans as may be, retired ones included. Put one of them again.',
    );
  }
  const [plan] = await readPlans(db, id);
  if (plan === undefined) throw new Error(`The plan ${id} is gone right after it was written.`);
  return outcome === 'created' ? created(renderPlan(plan)) : ok(renderPlan(plan));
}

const planFrom = (id: string, body: z.output<typeof PlanBody>): Plan => ({
  id,
  name: body.name,
  description: body.description ?? null,
  audience: body.audience,
  credits: body.credits,
  amount: BigInt(body.price.amount),
  currency: body.price.currency,
  every: body.every,
  // Another price is another key, so that what was sold before keeps its own.
  lookupKey:
    body.lookup_key ?? `bursar_${id}_${body.price.amount}_${body.price.currency}_${body.every}`,
  rolloverCap: body.rollover_cap ?? 0n,
  graceHours: body.grace_hours,
  seats: body.seats ?? null,
  trialDays: body.trial_days,
  trialCredits: body.trial_credits ?? 0n,
  proration: body.proration,
});

import { LocalId, RULE_CYCLES, RULE_KINDS, RuleBody, toPublicId } from '@bursar/contracts';
import {
  deleteRule,
  listRuleRuns,
  listRules,
  putRule,
  readOrganization,
  type RuleRunView,
  type RuleTerms,
  type RuleView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { amountText } from '../allocations/recipient-list.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { CreditsSchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { simulationRoute } from './simulation-route.ts';

const RULES = '/v1/organizations/{org}/rules';
const RuleParams = z.strictObject({ org: LocalId, rule: LocalId });
const RunSchema = z.object({
  period: z.iso.date(),
  status: z.enum(['delayed', 'done', 'missed']),
  members: z.int(),
  moved: CreditsSchema,
  required: CreditsSchema.nullable(),
  available: CreditsSchema.nullable(),
  allocation: z.string().nullable(),
});

const RuleSchema = z
  .object({
    id: z.string(),
    kind: z.enum(RULE_KINDS),
    every: z.enum(RULE_CYCLES),
    amount: CreditsSchema.optional(),
    share_percent: z.int().optional(),
    idle_days: z.int().optional(),
    starts_on: z.iso.date(),
    created_at: TimeSchema,
    updated_at: TimeSchema,
    runs: z.array(RunSchema).optional(),
  })
  .meta({ id: 'Rule', description: 'Runs once in each period (UTC); `runs` shows the last 24' });

const EXAMPLE = { kind: 'refill', amount: '300', every: 'month' } as const;

/** Standing rules: how an organization refills, caps and sweeps by itself. */
export const ruleRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: RULES,
    operationId: 'listRules',
    tag: 'Sharing',
    summary: 'List the standing rules of an organization',
    params: z.strictObject({ org: LocalId }),
    answers: {
      200: { description: 'All of them', schema: z.object({ data: z.array(RuleSchema) }) },
    },
    handle: async ({ caller, params: { org } }) =>
      (await permit(services.db, caller, 'manage_organization', `org:${org}`)) ??
      ok({ data: (await listRules(services.db, org)).map(renderRule) }),
  }),
  route({
    method: 'get',
    path: `${RULES}/{rule}`,
    operationId: 'getRule',
    tag: 'Sharing',
    summary: 'Show a rule and its runs',
    params: RuleParams,
    answers: { 200: { description: 'The rule', schema: RuleSchema } },
    handle: async ({ caller, params }) =>
      (await permit(services.db, caller, 'manage_organization', `org:${params.org}`)) ??
      showRule(services, params),
  }),
  route({
    method: 'put',
    path: `${RULES}/{rule}`,
    operationId: 'putRule',
    tag: 'Sharing',
    summary: 'Make a standing rule, or change it',
    description:
      'refill: when a period begins, bring what each active member has unspent of the allocations up to `amount`, for all or for nobody; what the pool cannot pay waits until it can or the period ends. cap: no member receives more in a period than `share_percent` of what the pool could give them (what is available now and what they received since the period began), by transfer, allocation, request, seat, default or refill. sweep: when a period ends, take back what was allocated `idle_days` before and is neither spent nor held.',
    params: RuleParams,
    body: RuleBody,
    example: EXAMPLE,
    answers: {
      200: { description: 'The rule', schema: RuleSchema },
      201: { description: 'The new rule', schema: RuleSchema },
    },
    handle: async ({ caller, params, body }) => {
      const refusal = await permit(services.db, caller, 'manage_organization', `org:${params.org}`);
      if (refusal !== null) return refusal;
      if ((await readOrganization(services.db, params.org)) === null)
        return notFound('organization');
      const outcome = await putRule(services.db, {
        organization: params.org,
        id: params.rule,
        every: body.every,
        startsNow: body.start === 'now',
        ...termsOf(body),
      });
      if (outcome === null) return notFound('organization');
      const answer = await showRule(services, params);
      return outcome.created && answer.kind === 'json' ? created(answer.body) : answer;
    },
  }),
  route({
    method: 'delete',
    path: `${RULES}/{rule}`,
    operationId: 'deleteRule',
    tag: 'Sharing',
    summary: 'End a rule; what it did stays',
    params: RuleParams,
    answers: { 204: { description: 'The rule is gone' } },
    handle: async ({ caller, params: { org, rule } }) => {
      const refusal = await permit(services.db, caller, 'manage_organization', `org:${org}`);
      if (refusal !== null) return refusal;
      const found = await deleteRule(services.db, { organization: org, id: rule });
      return found ? { kind: 'empty' } : notFound('rule');
    },
  }),
  simulationRoute(services),
];

function termsOf(body: z.output<typeof RuleBody>): RuleTerms {
  switch (body.kind) {
    case 'refill':
      return { kind: 'refill', amount: body.amount };
    case 'cap':
      return { kind: 'cap', sharePercent: body.share_percent };
    case 'sweep':
      return { kind: 'sweep', idleDays: body.idle_days };
  }
}

async function showRule(
  { db }: Services,
  { org, rule }: { org: string; rule: string },
): Promise<Answer> {
  const [found] = await listRules(db, org, rule);
  if (found === undefined) return notFound('rule');
  const runs = await listRuleRuns(db, org, rule);
  return ok({ ...renderRule(found), runs: runs.map(renderRun) });
}

const renderRule = (view: RuleView): z.infer<typeof RuleSchema> => ({
  id: view.id,
  kind: view.kind,
  every: view.every,
  ...(view.amount !== null && { amount: amountText(view.amount) ?? '0' }),
  ...(view.sharePercent !== null && { share_percent: view.sharePercent }),
  ...(view.idleDays !== null && { idle_days: view.idleDays }),
  starts_on: view.startsOn,
  created_at: view.createdAt.toISOString(),
  updated_at: view.updatedAt.toISOString(),
});

const renderRun = (view: RuleRunView): z.infer<typeof RunSchema> => ({
  period: view.period,
  status: view.status,
  members: view.members,
  moved: amountText(view.moved) ?? '0',
  required: amountText(view.required),
  available: amountText(view.available),
  allocation: view.allocation === null ? null : toPublicId('alc', view.allocation),
});

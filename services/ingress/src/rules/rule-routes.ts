import { LocalId, RULE_CYCLES, RULE_KINDS, RuleBody, toPublicId } from '@bursar/contracts';
import {
  deleteRule,
  listRuleRuns,
  listRules,
  putRule,
  readOrganization,
  simulateRule,
  type RuleRunView,
  type RuleTerms,
  type RuleView,
  type SimulatedPeriod,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { amountText } from '../allocations/recipient-list.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { CreditsSchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const RULES = '/v1/organizations/{org}/rules';
const RuleParams = z.strictObject({ org: LocalId, rule: LocalId });
/** History is read for every member and period; a larger organization would keep a screen waiting. */
const SIMULATED_MEMBERS_MAX = 1_000;

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

const SimulationSchema = z
  .object({
    data: z.array(
      z.object({
        period: z.iso.date(),
        outcome: z.enum(['move', 'wait', 'refuse']),
        members: z.int(),
        amount: CreditsSchema,
      }),
    ),
  })
  .meta({
    id: 'RuleSimulation',
    description:
      'What the rule would have done when each period began, from balances as they were: moved so much, waited for a pool that could not pay, or refused so much',
  });

const SimulationBody = z
  .strictObject({ rule: RuleBody.optional(), periods: z.int().min(1).max(12).optional() })
  .meta({ id: 'SimulationBody' });

const EXAMPLE = { kind: 'refill', amount: '300', every: 'month' } as const;

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
  route({
    method: 'post',
    path: `${RULES}/{rule}/simulate`,
    operationId: 'simulateRule',
    tag: 'Sharing',
    summary: 'Replay a rule over the last periods, before it is switched on; nothing moves',
    params: RuleParams,
    body: SimulationBody,
    example: { rule: EXAMPLE, periods: 3 },
    answers: { 200: { description: 'One line per period', schema: SimulationSchema } },
    handle: async ({ caller, params, body }) =>
      (await permit(services.db, caller, 'manage_organization', `org:${params.org}`)) ??
      simulate(services, params, body),
  }),
];

async function simulate(
  services: Services,
  { org, rule }: { org: string; rule: string },
  { rule: given, periods = 3 }: z.output<typeof SimulationBody>,
): Promise<Answer> {
  const organization = await readOrganization(services.db, org);
  if (organization === null) return notFound('organization');
  if (organization.members > SIMULATED_MEMBERS_MAX) {
    return problem(
      'invalid_request',
      `A simulation reads the history of ${SIMULATED_MEMBERS_MAX} members at most; this organization has ${organization.members}.`,
    );
  }
  const [stored] = given === undefined ? await listRules(services.db, org, rule) : [];
  const terms = given === undefined ? stored && termsOfView(stored) : termsOf(given);
  const every = given?.every ?? stored?.every;
  if (terms === undefined || every === undefined) return notFound('rule');
  const data = await simulateRule(services.db, org, every, terms, periods);
  return ok({ data: data.map(renderPeriod) } satisfies z.infer<typeof SimulationSchema>);
}

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

function termsOfView({ kind, amount, sharePercent, idleDays }: RuleView): RuleTerms {
  if (kind === 'refill') return { kind, amount: amount ?? 0n };
  return kind === 'cap'
    ? { kind, sharePercent: sharePercent ?? 100 }
    : { kind, idleDays: idleDays ?? 0 };
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

const renderPeriod = ({ period, outcome, members, amount }: SimulatedPeriod) => ({
  period,
  outcome,
  members,
  amount: amountText(amount) ?? '0',
});

import { CASE_STATES, CaseResolutionBody, formatAmount } from '@bursar/contracts';
import { listCases, readAtRisk, readCase, resolveCase } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, MoneySchema, publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { CaseSchema, renderCase } from './render-reconciliation.ts';

const CASES = '/v1/reconciliation-cases';

const AtRiskSchema = z
  .object({ cases: z.int(), credits: CreditsSchema, money: z.array(MoneySchema) })
  .meta({ id: 'AtRisk', description: 'The open cases in all: absolute sums of their differences' });

/** Differences between Stripe and the ledger, for operators. */
export const caseRoutes = (services: Services): Route[] => [
  listRoute(services),
  atRiskRoute(services),
  showRoute(services),
  resolveRoute(services),
];

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: CASES,
    operationId: 'listReconciliationCases',
    tag: 'Reconciling',
    summary: 'List cases, newest first',
    query: z.strictObject({
      state: z.enum(CASE_STATES).optional(),
      class: z.string().max(50).optional(),
      ...PAGE_PARAMETERS,
    }),
    answers: { 200: { description: 'One page', schema: listSchema(CaseSchema) } },
    handle: async ({ caller, query: { state, class: name, ...page } }) =>
      permitAnywhere(caller, 'operate') ??
      listAnswer(
        services.secrets.cursor,
        { route: CASES, filters: { state, class: name } },
        page,
        (at) => listCases(services.db, { state, class: name }, at),
        renderCase,
      ),
  });

const atRiskRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/money-at-risk',
    operationId: 'getMoneyAtRisk',
    tag: 'Reconciling',
    summary: 'Sum up the open cases by currency and in credits',
    answers: { 200: { description: 'The sums', schema: AtRiskSchema } },
    handle: async ({ caller }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const { cases, credits, money } = await readAtRisk(services.db);
      return ok({
        cases,
        credits: formatAmount(credits),
        money: money.map((one) => ({ ...one, amount: Number(one.amount) })),
      });
    },
  });

const CaseParams = z.strictObject({ id: publicIdParam('case') });

const showRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: `${CASES}/{id}`,
    operationId: 'getReconciliationCase',
    tag: 'Reconciling',
    summary: 'Show a case',
    params: CaseParams,
    answers: { 200: { description: 'The case', schema: CaseSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const view = await readCase(services.db, id);
      return view === null ? notFound('case') : ok(renderCase(view));
    },
  });

const resolveRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: `${CASES}/{id}/resolution`,
    operationId: 'resolveReconciliationCase',
    tag: 'Reconciling',
    summary: 'Close a case with a reason',
    description:
      'Moves nothing. While the case stays exactly as it is, later runs find it accepted; as soon as it changes it opens again.',
    params: CaseParams,
    body: CaseResolutionBody,
    example: { reason: 'Paid for a workshop outside Bursar; agreed with finance.' },
    problems: ['case_not_open'],
    answers: { 200: { description: 'The case', schema: CaseSchema } },
    handle: async ({ caller, params: { id }, body: { reason } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const resolved = await resolveCase(services.db, id, actorOf(caller), reason);
      const view = await readCase(services.db, id);
      if (view === null) return notFound('case');
      return resolved
        ? ok(renderCase(view))
        : problem('case_not_open', `The case is ${view.state} already; nothing was changed.`);
    },
  });

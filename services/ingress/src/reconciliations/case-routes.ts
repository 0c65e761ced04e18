import { CASE_STATES, CaseResolutionBody, EmptyBody, formatAmount } from '@bursar/contracts';
import { listCases, readAtRisk, readCase, resolveCase, retryCase } from '@bursar/ledger/reads';
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
  .object({
    cases: z.int(),
    parked: z.int().meta({ description: 'Of them, those that no run repairs any more' }),
    oldest_seconds: z.int().nullable(),
    credits: CreditsSchema,
    money: z.array(MoneySchema),
  })
  .meta({ id: 'AtRisk', description: 'The open cases in all: absolute sums of their differences' });

/** Differences between Stripe and the ledger, for operators. */
export const caseRoutes = (services: Services): Route[] => [
  listRoute(services),
  atRiskRoute(services),
  showRoute(services),
  resolveRoute(services),
  retryRoute(services),
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
      const { cases, parked, oldest, credits, money } = await readAtRisk(services.db);
      return ok({
        cases,
        parked,
        oldest_seconds:
          oldest === null ? null : Math.max(0, Math.floor((Date.now() - oldest.getTime()) / 1_000)),
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

const retryRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: `${CASES}/{id}/retry`,
    operationId: 'retryReconciliationCase',
    tag: 'Reconciling',
    summary: 'Let the next run repair a parked case again',
    description:
      'For a case whose repair has failed so often that runs leave it alone. The run of the timetable repairs it within a quarter of an hour; POST /v1/reconciliations does it now.',
    params: CaseParams,
    body: EmptyBody,
    example: {},
    problems: ['case_not_parked'],
    answers: { 200: { description: 'The case, open again', schema: CaseSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const retried = await retryCase(services.db, id);
      const view = await readCase(services.db, id);
      if (view === null) return notFound('case');
      return retried
        ? ok(renderCase(view))
        : problem('case_not_parked', `The case is ${view.state}; nothing was changed.`);
    },
  });

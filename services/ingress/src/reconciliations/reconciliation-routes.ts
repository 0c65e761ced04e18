import { ReconciliationBody } from '@bursar/contracts';
import {
  askReconciliation,
  listFindings,
  listReconciliations,
  readReconciliation,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { findingsCsv } from './findings-csv.ts';
import {
  FindingSchema,
  ReconciliationSchema,
  renderFinding,
  renderReconciliation,
} from './render-reconciliation.ts';
import { statementCsv } from './statement-csv.ts';

const RUNS = '/v1/reconciliations';
const FINDINGS = '/v1/reconciliations/{id}/findings';
const RunParams = z.strictObject({ id: publicIdParam('rec') });

/** Comparing Stripe with the ledger, for operators. */
export const reconciliationRoutes = (services: Services): Route[] => [
  createRoute(services),
  listRoute(services),
  showRoute(services),
  findingsRoute(services),
  findingsCsvRoute(services),
  statementCsvRoute(services),
];

const createRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: RUNS,
    operationId: 'createReconciliation',
    tag: 'Reconciling',
    summary: 'Compare Stripe with the ledger now',
    description:
      'Answers at once; look at the run until it has finished. Runs exclude each other: one that meets another ends as skipped. With mode repair it repairs what repairs itself, through the handlers that webhooks use.',
    body: ReconciliationBody,
    example: { mode: 'dry_run', from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
    answers: {
      201: { description: 'The run, waiting for a worker', schema: ReconciliationSchema },
    },
    handle: async ({ caller, body }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const from = body.from === undefined ? undefined : new Date(body.from);
      const to = body.to === undefined ? undefined : new Date(body.to);
      if (from !== undefined && (to ?? new Date()) <= from) {
        return problem('invalid_request', 'from must lie before to, or in the past without to.', {
          errors: [{ pointer: '/from', message: 'must lie before the end' }],
        });
      }
      const run = await askReconciliation(services.db, {
        kind: 'asked',
        mode: body.mode ?? 'dry_run',
        askedBy: actorOf(caller),
        from,
        to,
      });
      await services.queues.enqueue('reconcile', { run }, { jobId: `reconcile-${run}` });
      const view = await readReconciliation(services.db, run);
      return view === null ? notFound('reconciliation') : created(renderReconciliation(view));
    },
  });

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: RUNS,
    operationId: 'listReconciliations',
    tag: 'Reconciling',
    summary: 'List runs, newest first',
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(ReconciliationSchema) } },
    handle: async ({ caller, query }) =>
      permitAnywhere(caller, 'operate') ??
      listAnswer(
        services.secrets.cursor,
        { route: RUNS, filters: {} },
        query,
        (page) => listReconciliations(services.db, page),
        renderReconciliation,
      ),
  });

const showRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: `${RUNS}/{id}`,
    operationId: 'getReconciliation',
    tag: 'Reconciling',
    summary: 'Show a run with its report and its money proof',
    description:
      'Everything that is needed to see how Stripe and the ledger stand: each comparison with what it found, repaired and parked; the money at risk; every day’s money from opening to closing with what could not be proven; what waits.',
    params: RunParams,
    answers: { 200: { description: 'The run', schema: ReconciliationSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const view = await readReconciliation(services.db, id);
      return view === null ? notFound('reconciliation') : ok(renderReconciliation(view));
    },
  });

const findingsRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: FINDINGS,
    operationId: 'listReconciliationFindings',
    tag: 'Reconciling',
    summary: 'List what a run found and did',
    params: RunParams,
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(FindingSchema) } },
    handle: async ({ caller, params: { id }, query }) =>
      permitAnywhere(caller, 'operate') ??
      listAnswer(
        services.secrets.cursor,
        { route: FINDINGS, filters: { id } },
        query,
        (page) => listFindings(services.db, id, page),
        renderFinding,
      ),
  });

const findingsCsvRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: `${FINDINGS}.csv`,
    operationId: 'exportReconciliationFindings',
    tag: 'Reconciling',
    summary: 'Download what a run found and did as CSV',
    params: RunParams,
    answers: { 200: { description: 'One row per finding', contentType: 'text/csv' } },
    handle: async ({ caller, params: { id } }) =>
      permitAnywhere(caller, 'operate') ?? findingsCsv(services, id),
  });

const statementCsvRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: `${RUNS}/{id}/statement.csv`,
    operationId: 'exportReconciliationStatement',
    tag: 'Reconciling',
    summary: 'Download a run’s money at Stripe, day by day, as CSV',
    description:
      'Opening, inflow, fees, refunds, disputes, payouts and closing of each currency and UTC day, in its units; what goes out is negative. A difference other than 0 is what could not be proven.',
    params: RunParams,
    problems: ['reconciliation_not_proven'],
    answers: { 200: { description: 'One row for a currency and a day', contentType: 'text/csv' } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const view = await readReconciliation(services.db, id);
      if (view === null) return notFound('reconciliation');
      const { report } = view;
      const proof = report !== null && 'money_proof' in report ? report.money_proof : null;
      return proof === null
        ? problem(
            'reconciliation_not_proven',
            `The run is ${view.state} and has no money proof; take one that is complete.`,
          )
        : statementCsv(view, proof.statement);
    },
  });

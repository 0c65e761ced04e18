import { EmptyBody, toPublicId } from '@bursar/contracts';
import { askAudit, listAudits, readAudit, type AuditView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam, timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const AUDITS = '/v1/audits';

const CheckSchema = z.object({
  name: z.string(),
  statement: z.string().meta({ description: 'The sentence that is proven' }),
  covered: z.string().meta({ description: 'How many rows were looked at' }),
  violations: z.array(z.object({ subject: z.string(), detail: z.string() })).meta({
    description: 'The first twenty',
  }),
  count: z.string().meta({ description: 'How many violations there are in all' }),
  failure: z.string().nullable().meta({ description: 'Why it could not be proven' }),
  took_ms: z.int(),
});

const AuditSchema = z
  .object({
    id: z.string(),
    asked_by: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    progress: z.string().nullable(),
    sound: z.boolean().nullable().meta({ description: 'No rule is broken and none was left out' }),
    checks: z.array(CheckSchema).nullable(),
    took_ms: z.int().nullable(),
    created_at: TimeSchema,
    started_at: TimeSchema.nullable(),
    finished_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Audit', description: 'A proof of every rule of the ledger over all of it' });

/** Proving the ledger, for operators. */
export const auditRoutes = (services: Services): Route[] => [
  createRoute(services),
  route({
    method: 'get',
    path: AUDITS,
    operationId: 'listAudits',
    tag: 'Operating',
    summary: 'List audits with their results, newest first; the last hundred are kept',
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(AuditSchema) } },
    handle: async ({ caller, query }) =>
      permitAnywhere(caller, 'operate') ??
      listAnswer(
        services.secrets.cursor,
        { route: AUDITS, filters: {} },
        query,
        (page) => listAudits(services.db, page),
        render,
      ),
  }),
  route({
    method: 'get',
    path: `${AUDITS}/{id}`,
    operationId: 'getAudit',
    tag: 'Operating',
    summary: 'Show an audit with its result',
    params: z.strictObject({ id: publicIdParam('aud') }),
    answers: { 200: { description: 'The audit', schema: AuditSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const view = await readAudit(services.db, id);
      return view === null ? notFound('audit') : ok(render(view));
    },
  }),
];

const createRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: AUDITS,
    operationId: 'createAudit',
    tag: 'Operating',
    summary: 'Prove every rule of the ledger now',
    description:
      'Answers at once; look at the audit until it is done. It changes nothing, and reads one snapshot, which holds back vacuum while it lasts. One that waits already is the one that is answered.',
    body: EmptyBody,
    example: {},
    answers: { 201: { description: 'The audit, waiting for a worker', schema: AuditSchema } },
    handle: async ({ caller }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const id = await askAudit(services.db, actorOf(caller));
      await services.queues.enqueue('tick', { schedule: 'run-audits' }, { jobId: `audit-${id}` });
      const view = await readAudit(services.db, id);
      return view === null ? notFound('audit') : created(render(view));
    },
  });

const render = (view: AuditView): z.infer<typeof AuditSchema> => ({
  id: toPublicId('aud', view.id),
  asked_by: view.askedBy,
  state: view.state,
  progress: view.progress,
  sound: view.sound,
  checks:
    view.report?.checks.map(({ tookMs, ...check }) => ({ ...check, took_ms: tookMs })) ?? null,
  took_ms: view.report?.tookMs ?? null,
  created_at: view.createdAt.toISOString(),
  started_at: timeText(view.startedAt),
  finished_at: timeText(view.finishedAt),
});

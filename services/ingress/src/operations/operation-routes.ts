import {
  listPendingOperations,
  listRejectedOperations,
  readOperations,
  type Database,
  type OperationView,
  type Page,
  type PageOf,
  type RejectedOperationView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { callerId, ownsOperation, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import type { Services } from '../service/services.ts';
import { decodeOperationId, operationId } from './operation-id.ts';
import { parseWait } from './prefer.ts';
import { OperationSchema, renderOperation, renderPending } from './render-operation.ts';
import { WELCOME_CALLER } from './welcome-caller.ts';

export const operationRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/operations/{id}',
    operationId: 'getOperation',
    tag: 'Operations',
    summary: 'Show a command and its outcome',
    description:
      'With `Prefer: wait=N` the answer comes as soon as the outcome is known, or after N seconds.',
    waits: true,
    params: z.strictObject({ id: z.string().max(100) }),
    answers: {
      200: { description: 'The operation, whatever became of it', schema: OperationSchema },
    },
    handle: ({ caller, params, header }) =>
      showOperation(services, caller, params.id, parseWait(header('Prefer'))),
  }),
  route({
    method: 'get',
    path: '/v1/operations',
    operationId: 'listOperations',
    tag: 'Operating',
    summary: 'List refused commands, or those under way for longer than a moment, latest first',
    description: 'What waits in a queue is not under way yet: GET /v1/queues tells how much does.',
    query: z.strictObject({ status: z.enum(['rejected', 'pending']), ...PAGE_PARAMETERS }),
    answers: {
      200: {
        description: 'One page; `command` is kept where it may be worth a replay',
        schema: listSchema(
          OperationSchema.extend({ command: z.record(z.string(), z.unknown()).nullable() }).meta({
            id: 'ListedOperation',
          }),
        ),
      },
    },
    handle: async ({ caller, query }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const { status, ...page } = query;
      const { db, secrets, publicUrl } = services;
      return listAnswer(
        secrets.cursor,
        { route: '/v1/operations', filters: { status } },
        page,
        (at) => (status === 'rejected' ? listRejectedOperations : listUnderWay)(db, at),
        (row) => ({
          ...renderOperation(operationId(secrets, row), row, publicUrl),
          command: row.command,
        }),
      );
    },
  }),
];

async function listUnderWay(db: Database, page: Page): Promise<PageOf<RejectedOperationView>> {
  const { rows, next } = await listPendingOperations(db, page);
  return { rows: rows.map((row) => ({ ...row, command: null })), next };
}

/**
 * An operation that the ledger does not have yet is pending if its id proves that it was issued to
 * this caller; no queue is asked. Any other id does not exist. Who may see it may wait for its
 * outcome, `waitSeconds` at most.
 */
async function showOperation(
  services: Services,
  caller: Caller,
  id: string,
  waitSeconds: number | null,
): Promise<Answer> {
  const decoded = decodeOperationId(services.secrets, id);
  if (decoded === null) return notFound('operation');
  const known = (await readOperations(services.db, [decoded.key])).get(decoded.key) ?? null;
  const issued = decoded.issuedTo(callerId(caller)) || decoded.issuedTo(WELCOME_CALLER);
  const maySee = (operation: OperationView | null): boolean =>
    operation === null ? issued : isVisible(services, caller, id, operation);
  if (!maySee(known)) return notFound('operation');
  const isOpen = known === null || known.status === 'pending';
  const { operation, waited } =
    waitSeconds !== null && isOpen
      ? await services.outcomes.wait(decoded.key, waitSeconds * 1_000)
      : { operation: known, waited: waitSeconds !== null };
  const seen = operation ?? known;
  // Its caller may have used the same Idempotency-Key for another command, which came first.
  if (!maySee(seen)) return notFound('operation');
  const body =
    seen === null
      ? renderPending(id, decoded.type, services.recent.find(decoded.key)?.acceptedAt ?? null)
      : renderOperation(id, seen, services.publicUrl);
  return ok(body, waited ? { 'Preference-Applied': `wait=${waitSeconds}` } : {});
}

function isVisible(
  services: Services,
  caller: Caller,
  id: string,
  operation: OperationView,
): boolean {
  const isIdFor = (owner: string): boolean =>
    operationId(services.secrets, { ...operation, caller: owner }) === id;
  // What an operator charges again stays the operation of whoever charged first, under an id of the operator's.
  if (caller.kind === 'operator') return isIdFor(operation.caller) || isIdFor(callerId(caller));
  return (
    isIdFor(operation.caller) &&
    (operation.caller === WELCOME_CALLER || ownsOperation(caller, operation.caller))
  );
}

import { listRejectedOperations, readOperations } from '@bursar/ledger/reads';
import { z } from 'zod';
import { callerId, ownsOperation, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import type { Services } from '../service/services.ts';
import { decodeOperationId, operationId } from './operation-id.ts';
import { OperationSchema, renderOperation, renderPending } from './render-operation.ts';
import { WELCOME_CALLER } from './welcome-caller.ts';

export const operationRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/operations/{id}',
    operationId: 'getOperation',
    tag: 'Operations',
    summary: 'Show a command and its outcome',
    params: z.strictObject({ id: z.string().max(100) }),
    answers: {
      200: { description: 'The operation, whatever became of it', schema: OperationSchema },
    },
    handle: ({ caller, params }) => showOperation(services, caller, params.id),
  }),
  route({
    method: 'get',
    path: '/v1/operations',
    operationId: 'listRejectedOperations',
    tag: 'Operating',
    summary: 'List refused commands, latest first',
    query: z.strictObject({ status: z.literal('rejected'), ...PAGE_PARAMETERS }),
    answers: {
      200: {
        description: 'One page; `command` is kept where it may be worth a replay',
        schema: listSchema(
          OperationSchema.extend({ command: z.record(z.string(), z.unknown()).nullable() }).meta({
            id: 'RejectedOperation',
          }),
        ),
      },
    },
    handle: async ({ caller, query }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: '/v1/operations', filters: { status: query.status } },
        query,
        (page) => listRejectedOperations(services.db, page),
        (row) => ({
          ...renderOperation(operationId(services.secrets, row), row, services.publicUrl),
          command: row.command,
        }),
      );
    },
  }),
];

/**
 * An operation that the ledger does not have yet is pending if its id proves that it was issued to
 * this caller; no queue is asked. Any other id does not exist.
 */
async function showOperation(services: Services, caller: Caller, id: string): Promise<Answer> {
  const decoded = decodeOperationId(services.secrets, id);
  if (decoded === null) return notFound('operation');
  const operation = (await readOperations(services.db, [decoded.key])).get(decoded.key);
  if (operation !== undefined) {
    const visible =
      operationId(services.secrets, operation) === id &&
      (caller.kind === 'operator' ||
        operation.caller === WELCOME_CALLER ||
        ownsOperation(caller, operation.caller));
    return visible ? ok(renderOperation(id, operation, services.publicUrl)) : notFound('operation');
  }
  if (!decoded.issuedTo(callerId(caller)) && !decoded.issuedTo(WELCOME_CALLER)) {
    return notFound('operation');
  }
  const acceptedAt = services.recent.find(decoded.key)?.acceptedAt ?? null;
  return ok(renderPending(id, decoded.type, acceptedAt));
}

import { ApprovalBody, CreditRequestBody, EmptyBody, ReasonBody } from '@bursar/contracts';
import { readCreditRequest, type CreditRequestView } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere, refusal, relationTo } from '../access/permit.ts';
import type { Action } from '../access/rights.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const RequestParams = z.strictObject({ id: publicIdParam('req') });

export const creditRequestRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/credit-requests',
    operationId: 'createCreditRequest',
    tag: 'Sharing',
    summary: 'Ask an organization for credits, as one of its members',
    type: 'credit_request',
    body: CreditRequestBody,
    example: { organization: 'org:acme', amount: '500', reason: 'The trailer' },
    problems: ['not_a_member', 'member_suspended', 'request_already_pending'],
    authorize: ({ caller, body }) =>
      caller.kind === 'operator'
        ? problem('forbidden', 'Only a person can ask for credits. Add Bursar-Act-As: user:<id>.')
        : permit(services.db, caller, 'request_credits', body.organization),
    work: ({ caller, body }) => ({
      kind: 'command',
      command: {
        ...body,
        type: 'credit_request',
        member: caller.kind === 'person' ? `user:${caller.id}` : '',
        amount: body.amount.toString(),
      },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/credit-requests/{id}/approve',
    operationId: 'approveCreditRequest',
    tag: 'Sharing',
    summary: 'Approve a request: the credits move at once',
    type: 'credit_request_approval',
    params: RequestParams,
    body: ApprovalBody,
    example: { amount: '200' },
    problems: [
      'request_not_pending',
      'amount_exceeds_request',
      'insufficient_credits',
      'cap_exceeded',
    ],
    authorize: ({ caller, params }) => mayDecide(services, caller, params.id),
    work: ({ params, body }) => ({
      kind: 'command',
      command: {
        type: 'credit_request_approval',
        request: params.id,
        amount: body.amount?.toString(),
      },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/credit-requests/{id}/reject',
    operationId: 'rejectCreditRequest',
    tag: 'Sharing',
    summary: 'Reject a request',
    type: 'credit_request_rejection',
    params: RequestParams,
    body: ReasonBody,
    example: { reason: 'Next quarter' },
    problems: ['request_not_pending'],
    authorize: ({ caller, params }) => mayDecide(services, caller, params.id),
    work: ({ params, body }) => ({
      kind: 'command',
      command: { type: 'credit_request_rejection', request: params.id, reason: body.reason },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/credit-requests/{id}/cancel',
    operationId: 'cancelCreditRequest',
    tag: 'Sharing',
    summary: 'Take a request of your own back',
    type: 'credit_request_cancellation',
    params: RequestParams,
    body: EmptyBody,
    example: {},
    problems: ['request_not_pending'],
    authorize: ({ caller, params }) => mayCancel(services, caller, params.id),
    work: ({ params }) => ({
      kind: 'command',
      command: { type: 'credit_request_cancellation', request: params.id },
    }),
  }),
];

/** Managers decide; over their own request only an owner does. */
async function mayDecide(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  const closed = closedToKeys(caller, 'decide_request');
  if (closed !== null) return closed;
  const request = await readCreditRequest(services.db, id);
  return request === null ? notFound('credit request') : mayDecideOn(services, caller, request);
}

export function mayDecideOn(
  services: Services,
  caller: Caller,
  request: CreditRequestView,
): Promise<Problem | null> {
  const action = isOwn(caller, request) ? 'decide_own_request' : 'decide_request';
  return permit(services.db, caller, action, `org:${request.organization}`);
}

async function mayCancel(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  const closed = closedToKeys(caller, 'cancel_request');
  if (closed !== null) return closed;
  const request = await readCreditRequest(services.db, id);
  if (request === null) return notFound('credit request');
  if (isOwn(caller, request)) return refusal(caller, 'cancel_request', 'self');
  const relation = await relationTo(services.db, caller, `org:${request.organization}`);
  return refusal(caller, 'cancel_request', relation);
}

const isOwn = (caller: Caller, request: CreditRequestView): boolean =>
  caller.kind === 'person' && caller.id === request.user;

/** Product keys are refused before anything is read, so that they cannot probe which ids exist. */
const closedToKeys = (caller: Caller, action: Action): Problem | null =>
  caller.kind === 'product' ? permitAnywhere(caller, action) : null;

import { DecisionsBody, fromPublicId, type LedgerCommand } from '@bursar/contracts';
import { readCreditRequests, type CreditRequestView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, callerId, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { answerVerdicts, manySchema, type ItemVerdict } from '../charges/answer-many.ts';
import { route, type Route } from '../http/route.ts';
import { identify } from '../operations/identify.ts';
import {
  derivedKey,
  idempotencyKeyMissing,
  parseIdempotencyKey,
} from '../operations/idempotency-key.ts';
import { parseWait } from '../operations/prefer.ts';
import { requestHash } from '../operations/request-hash.ts';
import { accept } from '../operations/submit.ts';
import { isProblem, notFound } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { mayDecideOn } from './credit-request-routes.ts';

const DecisionsAnswer = manySchema({
  id: z.string(),
  decision: z.enum(['approve', 'reject']),
}).meta({ id: 'DecisionsAnswer' });

/** One decision of many. */
interface Decided {
  id: string;
  decision: 'approve' | 'reject';
  amount: bigint | undefined;
  reason: string | undefined;
}

export const decisionsRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: '/v1/credit-requests/decide',
    operationId: 'decideCreditRequests',
    tag: 'Sharing',
    summary: 'Approve and reject many requests at once',
    description:
      'Every decision is an operation with an outcome of its own, approvals first, in the order sent: what one meets does not stop the others. With `Prefer: wait=N` the answer tells what became of each, and is 200 once all are final.',
    command: 'key_required',
    body: DecisionsBody,
    points: (body) => decisionsIn(body),
    example: {
      approve: [{ id: 'req_01h455vb4pex5vsknk084sn02q', amount: '200' }],
      reject: [{ id: 'req_01h455vb4pex5vsknk084sn02r', reason: 'Next quarter' }],
    },
    problems: ['request_not_pending', 'amount_exceeds_request', 'insufficient_credits'],
    answers: {
      200: { description: 'After waiting: every decision is final', schema: DecisionsAnswer },
      202: { description: 'What became of each decision', schema: DecisionsAnswer },
    },
    handle: async ({ caller, body, header }) => {
      if (caller.kind === 'product') {
        const closed = permitAnywhere(caller, 'decide_request');
        if (closed !== null) return closed;
      }
      const key = parseIdempotencyKey(header('Idempotency-Key'));
      if (key.kind === 'absent') return idempotencyKeyMissing();
      if (isProblem(key)) return key;
      const items = decisionsOf(body);
      const requests = await readRequests(services, items);
      const answers: { label: Pick<Decided, 'id' | 'decision'>; verdict: ItemVerdict }[] = [];
      // One after the other, so that they wait in the queue in the order sent.
      for (const item of items) {
        const { id, decision } = item;
        const verdict = await decide(services, caller, key.value, item, requests.get(id));
        answers.push({ label: { id, decision }, verdict });
      }
      return answerVerdicts(services, answers, {
        wait: parseWait(header('Prefer')),
        single: false,
      });
    },
  });

const decisionsOf = ({ approve, reject }: z.output<typeof DecisionsBody>): Decided[] => [
  ...approve.map(({ id, amount }) => ({
    id,
    decision: 'approve' as const,
    amount,
    reason: undefined,
  })),
  ...reject.map(({ id, reason }) => ({
    id,
    decision: 'reject' as const,
    amount: undefined,
    reason,
  })),
];

function decisionsIn(body: unknown): number {
  const parsed = DecisionsBody.safeParse(body);
  return parsed.success ? parsed.data.approve.length + parsed.data.reject.length : 1;
}

/** By public id; one that is spelt wrong, or names nothing, is left out. */
async function readRequests(
  { db }: Services,
  items: readonly Decided[],
): Promise<Map<string, CreditRequestView>> {
  const uuids = items.flatMap(({ id }) => {
    const uuid = fromPublicId('req', id);
    return uuid === null ? [] : [{ id, uuid }];
  });
  const found = await readCreditRequests(
    db,
    uuids.map(({ uuid }) => uuid),
  );
  return new Map(
    uuids.flatMap(({ id, uuid }) => {
      const request = found.get(uuid);
      return request === undefined ? [] : [[id, request]];
    }),
  );
}

async function decide(
  services: Services,
  caller: Caller,
  key: string,
  item: Decided,
  request: CreditRequestView | undefined,
): Promise<ItemVerdict> {
  if (request === undefined) return notFound('credit request');
  const refusal = await mayDecideOn(services, caller, request);
  if (refusal !== null) return refusal;
  const identity = identify(
    services.secrets,
    item.decision === 'approve' ? 'credit_request_approval' : 'credit_request_rejection',
    {
      caller: callerId(caller),
      actor: actorOf(caller),
      // The key of the whole and the request together name the operation.
      idempotencyKey: derivedKey(`decision ${key} ${request.id}`),
      hash: requestHash({ method: 'POST', route: 'decide', params: {}, body: item }),
    },
  );
  const accepted = await accept(services, identity, () => ({
    kind: 'command',
    command: commandOf(item, request.id),
  }));
  return isProblem(accepted) ? accepted : { identity, replayed: accepted.replayed };
}

const commandOf = (item: Decided, request: string): LedgerCommand =>
  item.decision === 'approve'
    ? { type: 'credit_request_approval', request, amount: item.amount?.toString() }
    : { type: 'credit_request_rejection', request, reason: item.reason };

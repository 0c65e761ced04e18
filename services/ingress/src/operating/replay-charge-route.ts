import { EmptyBody, type ChargeItem } from '@bursar/contracts';
import {
  readKeptCommand,
  readOperations,
  readWallet,
  type OperationView,
} from '@bursar/ledger/reads';
import { chargeShard, readKeptCharge, standingReplays } from '@bursar/queues';
import { z } from 'zod';
import { callerId, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import type { Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { decodeOperationId, operationId } from '../operations/operation-id.ts';
import { parseWait } from '../operations/prefer.ts';
import { OperationSchema, renderOperation, renderPending } from '../operations/render-operation.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import type { Services } from '../service/services.ts';

/** Charging again what was refused only because its wallet did not exist yet, for operators. */
export const replayChargeRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/operations/{id}/replay',
    operationId: 'replayOperation',
    tag: 'Operating',
    summary: 'Charge again what was refused because its wallet did not exist',
    description:
      'Answers with the operation of the new try, which has an id of its own. Asking again while it is under way, or once it succeeded, answers with the same; once it was refused, too, asking again tries again. At most one try ever succeeds.',
    waits: true,
    params: z.strictObject({ id: z.string().max(100) }),
    body: EmptyBody,
    example: {},
    problems: [
      'operation_not_kept',
      'wallet_not_found',
      'wallet_closed',
      'insufficient_credits',
      'budget_exceeded',
      'not_a_member',
      'member_suspended',
    ],
    answers: {
      200: { description: 'The finished operation of the new try', schema: OperationSchema },
      202: { description: 'The charge is in its queue', schema: OperationSchema },
    },
    handle: async ({ caller, params: { id }, header }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const charge = await findKept(services, id);
      return isProblem(charge)
        ? charge
        : replay(services, caller, charge, parseWait(header('Prefer')));
    },
  }),
];

async function findKept({ db, secrets }: Services, id: string): Promise<ChargeItem | Problem> {
  const decoded = decodeOperationId(secrets, id);
  if (decoded === null) return notFound('operation');
  const kept = await readKeptCommand(db, decoded.key);
  if (kept === null || !decoded.issuedTo(kept.caller)) {
    return problem('operation_not_kept', 'Nothing of it is kept; nothing was charged.');
  }
  const charge = readKeptCharge(kept.command ?? {});
  if (charge === null) {
    return problem(
      'operation_not_kept',
      'A newer version kept this charge; nothing was charged. Use that version.',
    );
  }
  if ((await readWallet(db, charge.wallet)) === null) {
    return problem(
      'wallet_not_found',
      `There is still no wallet ${charge.wallet}; nothing was charged. Create it first.`,
    );
  }
  return charge;
}

/** The new try belongs to whoever sent the charge; its id is issued to the operator, who may follow it at once. */
async function replay(
  services: Services,
  caller: Caller,
  charge: ChargeItem,
  waitSeconds: number | null,
): Promise<Answer> {
  const { db, queues, secrets } = services;
  const [standing] = await standingReplays([charge], (keys) => readOperations(db, keys));
  if (standing === undefined) throw new Error('Every kept charge has a replay.');
  const { key, accepted_at: acceptedAt } = standing.replay;
  let operation: OperationView | null = standing.operation;
  if (operation === null) {
    await queues.enqueue(
      'apply-charges',
      { items: [standing.replay] },
      { shard: chargeShard(charge.wallet, queues.chargeShards) },
    );
    if (waitSeconds !== null) {
      operation = (await services.outcomes.wait(key, waitSeconds * 1_000)).operation;
    }
  }
  const id = operationId(secrets, { key, type: 'charge', caller: callerId(caller) });
  const headers = { Location: `/v1/operations/${id}` };
  if (operation?.status === 'rejected') {
    return { ...rejectionProblem(operation.error, id), headers };
  }
  return operation === null
    ? { kind: 'json', status: 202, body: renderPending(id, 'charge', acceptedAt), headers }
    : {
        kind: 'json',
        status: 200,
        body: renderOperation(id, operation, services.publicUrl),
        headers,
      };
}

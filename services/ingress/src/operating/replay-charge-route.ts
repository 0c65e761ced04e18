import { EmptyBody } from '@bursar/contracts';
import { readKeptCommand, readWallet } from '@bursar/ledger/reads';
import { chargeShard, readKeptCharge, replayOf } from '@bursar/queues';
import { z } from 'zod';
import { permitAnywhere } from '../access/permit.ts';
import type { Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { decodeOperationId } from '../operations/operation-id.ts';
import { notFound, problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/** Charging again what was refused only because its wallet did not exist yet, for operators. */
export const replayChargeRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/operations/{id}/replay',
    operationId: 'replayOperation',
    tag: 'Operating',
    summary: 'Charge again what was refused because its wallet did not exist',
    description: 'At most once, however often it is asked for.',
    params: z.strictObject({ id: z.string().max(100) }),
    body: EmptyBody,
    example: {},
    problems: ['operation_not_kept', 'wallet_not_found'],
    answers: { 204: { description: 'The charge is in its queue' } },
    handle: async ({ caller, params: { id } }) =>
      permitAnywhere(caller, 'operate') ?? replay(services, id),
  }),
];

async function replay({ db, queues, secrets }: Services, id: string): Promise<Answer> {
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
  await queues.enqueue(
    'apply-charges',
    { items: [replayOf(charge)] },
    { shard: chargeShard(charge.wallet, queues.chargeShards) },
  );
  return { kind: 'empty' };
}

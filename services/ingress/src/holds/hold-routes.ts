import { CaptureBody, EmptyBody, HoldBody } from '@bursar/contracts';
import { readHold, readOperations } from '@bursar/ledger/reads';
import { z } from 'zod';
import { ownsOperation, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const EXPIRES_IN_DEFAULT_SECONDS = 900;

const HoldParams = z.strictObject({ id: publicIdParam('hold') });

export const holdRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds',
    operationId: 'createHold',
    tag: 'Spending',
    summary: 'Set credits aside before work starts',
    type: 'hold',
    body: HoldBody,
    example: { wallet: 'user:ana', amount: '30', product: 'render', expires_in: 900 },
    problems: [
      'insufficient_credits',
      'budget_exceeded',
      'wallet_not_found',
      'not_a_member',
      'member_suspended',
    ],
    authorize: ({ caller }) => permitAnywhere(caller, 'create_hold'),
    work: ({ body }) => ({
      kind: 'command',
      command: {
        ...body,
        type: 'hold',
        amount: body.amount.toString(),
        expires_in: body.expires_in ?? EXPIRES_IN_DEFAULT_SECONDS,
      },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds/{id}/capture',
    operationId: 'captureHold',
    tag: 'Spending',
    summary: 'Charge what a hold set aside',
    type: 'hold_capture',
    params: HoldParams,
    body: CaptureBody,
    example: { amount: '20', final: true },
    problems: ['hold_not_open', 'insufficient_credits'],
    authorize: ({ caller, params, body }) =>
      mayResolve(services, caller, params.id, body.amount ?? null),
    work: ({ params, body }) => ({
      kind: 'command',
      command: {
        type: 'hold_capture',
        hold: params.id,
        amount: body.amount?.toString(),
        final: body.final ?? true,
      },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds/{id}/release',
    operationId: 'releaseHold',
    tag: 'Spending',
    summary: 'Free what a hold set aside',
    type: 'hold_release',
    params: HoldParams,
    body: EmptyBody,
    example: {},
    problems: ['hold_not_open'],
    authorize: ({ caller, params }) => mayResolve(services, caller, params.id, null),
    work: ({ params }) => ({ kind: 'command', command: { type: 'hold_release', hold: params.id } }),
  }),
];

/**
 * A product resolves the holds that it placed itself. What it captures beyond a hold is an ordinary
 * charge, for which it needs the right to charge.
 */
async function mayResolve(
  { db }: Services,
  caller: Caller,
  id: string,
  amount: bigint | null,
): Promise<Problem | null> {
  const refusal = permitAnywhere(caller, 'resolve_hold');
  if (refusal !== null || caller.kind === 'operator') return refusal;
  const hold = await readHold(db, id);
  if (hold === null || hold.operation === null) return notFound('hold');
  const placed = (await readOperations(db, [hold.operation])).get(hold.operation);
  if (placed === undefined || !ownsOperation(caller, placed.caller)) return notFound('hold');
  const beyond = amount !== null && amount > hold.amount - hold.captured;
  return beyond ? permitAnywhere(caller, 'create_charge') : null;
}

import { CaptureBody, EmptyBody, HoldBody } from '@bursar/contracts';
import { readHold, readOperations } from '@bursar/ledger/reads';
import { z } from 'zod';
import { ownsOperation, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { rateCost } from '../prices/rate-cost.ts';
import { isProblem, notFound, type Problem } from '../problems/problem.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { captureCost } from './capture-cost.ts';

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
    description:
      'With `price` and `quantity` instead of `amount`, the hold keeps the current version of the price for its captures.',
    problems: [
      'insufficient_credits',
      'budget_exceeded',
      'wallet_not_found',
      'not_a_member',
      'member_suspended',
      'price_not_found',
    ],
    authorize: ({ caller }) => permitAnywhere(caller, 'create_hold'),
    work: async ({ body: { price: _price, quantity: _quantity, ...body }, body: cost }) => {
      const rated = await rateCost(services.priceBook, cost);
      if (isProblem(rated)) return rated;
      const expires_in = body.expires_in ?? EXPIRES_IN_DEFAULT_SECONDS;
      return { kind: 'command', command: { ...body, ...rated, type: 'hold', expires_in } };
    },
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
    authorize: ({ caller, params, body }) => mayResolve(services, caller, params.id, body),
    work: async ({ params, body }) => {
      const cost = await captureCost(services.db, params.id, body);
      if (isProblem(cost)) return cost;
      const { amount, pricing } = cost;
      const final = body.final ?? true;
      return {
        kind: 'command',
        command: { type: 'hold_capture', hold: params.id, amount, final, pricing },
      };
    },
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
    authorize: ({ caller, params }) => mayResolve(services, caller, params.id, {}),
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
  capture: CaptureBody,
): Promise<Problem | null> {
  const refusal = permitAnywhere(caller, 'resolve_hold');
  if (refusal !== null || caller.kind === 'operator') return refusal;
  const hold = await readHold(db, id);
  if (hold === null || hold.operation === null) return notFound('hold');
  const placed = (await readOperations(db, [hold.operation])).get(hold.operation);
  if (placed === undefined || !ownsOperation(caller, placed.caller)) return notFound('hold');
  const cost = await captureCost(db, id, capture);
  if (isProblem(cost)) return cost;
  const beyond = cost.amount !== undefined && BigInt(cost.amount) > hold.amount - hold.captured;
  return beyond ? permitAnywhere(caller, 'create_charge') : null;
}

import { CaptureBody, EmptyBody, ExtensionBody, HoldBody } from '@bursar/contracts';
import { z } from 'zod';
import { permitScope } from '../access/permit.ts';
import { mayCharge } from '../charges/may-charge.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { rateCost } from '../prices/rate-cost.ts';
import { isProblem } from '../problems/problem.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { captureCost } from './capture-cost.ts';
import { getHoldRoute } from './get-hold-route.ts';
import { mayResolve } from './may-resolve.ts';

const EXPIRES_IN_DEFAULT_SECONDS = 900;

const HoldParams = z.strictObject({ id: publicIdParam('hold') });

export const holdRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds',
    operationId: 'createHold',
    tag: 'Spending',
    summary: 'Set credits aside before work starts',
    description:
      'This is where work is refused, never in the middle of it. With `overdraft` captures may go that far into debt beyond the limit of the wallet, as far as its `soft_landing_limit` allows. With `price` and `quantity` instead of `amount`, the hold keeps the current version of the price for its captures.',
    type: 'hold',
    body: HoldBody,
    example: { wallet: 'user:ana', amount: '30', product: 'render', expires_in: 900 },
    problems: [
      'wallet_closed',
      'insufficient_credits',
      'budget_exceeded',
      'overdraft_not_allowed',
      'wallet_not_found',
      'not_a_member',
      'member_suspended',
      'price_not_found',
    ],
    authorize: ({ caller, body }) => mayCharge(services, caller, 'create_hold', body),
    work: async ({ body: { price: _price, quantity: _quantity, ...body }, body: cost }) => {
      const rated = await rateCost(services.priceBook, cost);
      if (isProblem(rated)) return rated;
      const expires_in = body.expires_in ?? EXPIRES_IN_DEFAULT_SECONDS;
      const overdraft = body.overdraft?.toString();
      return {
        kind: 'command',
        command: { ...body, ...rated, type: 'hold', expires_in, overdraft },
      };
    },
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds/{id}/capture',
    operationId: 'captureHold',
    tag: 'Spending',
    summary: 'Charge what a hold set aside',
    description:
      'Without `amount`: all that is still set aside. A final capture ends the hold and frees the rest; with `"0"` it is a release. With `final: false` the hold stays open for more, even when nothing is set aside any more. What goes beyond the hold is an ordinary charge, for which a key needs `charges:write`.',
    type: 'hold_capture',
    params: HoldParams,
    body: CaptureBody,
    example: { amount: '20', final: true },
    problems: ['hold_not_open', 'insufficient_credits'],
    authorize: ({ caller, params }) => mayResolve(services, caller, params.id),
    work: async ({ caller, params, body }) => {
      const cost = await captureCost(services.db, params.id, body);
      if (isProblem(cost)) return cost;
      const { amount, pricing } = cost;
      const final = body.final ?? true;
      return {
        kind: 'command',
        command: {
          type: 'hold_capture',
          hold: params.id,
          amount,
          final,
          pricing,
          // What goes beyond a hold is an ordinary charge.
          within: permitScope(caller, 'create_charge') === null ? undefined : true,
        },
      };
    },
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/holds/{id}/extend',
    operationId: 'extendHold',
    tag: 'Spending',
    summary: 'Give a hold more time, and perhaps more credits',
    description:
      '`expires_in` counts from now and never shortens; no hold lives longer than 7 days. `amount` is the new total, all or nothing; less than the hold has already changes nothing.',
    type: 'hold_extension',
    params: HoldParams,
    body: ExtensionBody,
    example: { expires_in: 900, amount: '50' },
    problems: [
      'hold_not_open',
      'hold_life_exceeded',
      'amount_below_captured',
      'insufficient_credits',
      'budget_exceeded',
      'not_a_member',
      'member_suspended',
    ],
    authorize: ({ caller, params }) => mayResolve(services, caller, params.id),
    work: ({ params, body }) => ({
      kind: 'command',
      command: {
        type: 'hold_extension',
        hold: params.id,
        expires_in: body.expires_in,
        amount: body.amount?.toString(),
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
    authorize: ({ caller, params }) => mayResolve(services, caller, params.id),
    work: ({ params }) => ({ kind: 'command', command: { type: 'hold_release', hold: params.id } }),
  }),
  getHoldRoute(services),
];

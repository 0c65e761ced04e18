import { ChargeBody, ReversalBody } from '@bursar/contracts';
import { readTransaction } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitScope } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { isProblem, notFound } from '../problems/problem.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { makeCharge } from './make-charge.ts';
import { mayCharge } from './may-charge.ts';

export const chargeRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/charges',
    operationId: 'createCharge',
    tag: 'Spending',
    summary: 'Charge a wallet for usage',
    type: 'charge',
    body: ChargeBody,
    previews: true,
    example: { wallet: 'user:ana', amount: '12.5', product: 'render', description: 'Frame 12' },
    description:
      'Send `price` and `quantity` instead of `amount` to have the amount made by the current version of a price; a repetition keeps the first amount whatever became of the price.',
    problems: [
      'wallet_closed',
      'insufficient_credits',
      'budget_exceeded',
      'wallet_not_found',
      'not_a_member',
      'member_suspended',
      'price_not_found',
    ],
    authorize: ({ caller, body }) => mayCharge(services, caller, 'create_charge', body),
    work: async ({ body: { preview: _preview, ...charge } }) => {
      const made = await makeCharge(services.priceBook, charge);
      return isProblem(made) ? made : { kind: 'charge', charge: made };
    },
  }),
  commandRoute(services, {
    method: 'post',
    path: '/v1/charges/{transaction}/reverse',
    operationId: 'reverseCharge',
    tag: 'Spending',
    summary: 'Give a charge back, in full or in part',
    description:
      'The credits return to the lots they came from. A product may reverse its own charges.',
    type: 'reversal',
    params: z.strictObject({ transaction: publicIdParam('txn') }),
    body: ReversalBody,
    example: { amount: '5', reason: 'The render failed' },
    problems: ['reversal_exceeds_charge', 'wallet_closed'],
    authorize: async ({ caller, params }) => {
      const refusal = permitScope(caller, 'reverse_charge');
      if (refusal !== null || caller.kind === 'operator') return refusal;
      const charge = await readTransaction(services.db, params.transaction);
      return charge?.actor === actorOf(caller) ? null : notFound('charge');
    },
    work: ({ params, body }) => ({
      kind: 'command',
      command: {
        type: 'reversal',
        transaction: params.transaction,
        amount: body.amount?.toString(),
        reason: body.reason,
      },
    }),
  }),
];

import { GrantBody } from '@bursar/contracts';
import { permitAnywhere } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import type { Services } from '../service/services.ts';

export const grantRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/grants',
    operationId: 'createGrant',
    tag: 'Operating',
    summary: 'Give credits that nobody paid for',
    type: 'grant',
    previews: true,
    body: GrantBody,
    example: { wallet: 'user:ana', amount: '100', kind: 'promotional', reason: 'Welcome' },
    problems: ['wallet_not_found', 'wallet_closed', 'balance_limit_reached'],
    authorize: ({ caller }) => permitAnywhere(caller, 'create_grant'),
    work: ({ body: { preview: _preview, ...body } }) => ({
      kind: 'command',
      command: { ...body, type: 'grant', amount: body.amount.toString() },
    }),
  }),
];

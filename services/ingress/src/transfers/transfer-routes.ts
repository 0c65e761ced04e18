import { TransferBody } from '@bursar/contracts';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

export const transferRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/transfers',
    operationId: 'createTransfer',
    tag: 'Sharing',
    summary: 'Move credits between an organization and a member',
    type: 'transfer',
    body: TransferBody,
    previews: true,
    example: { from: 'org:acme', to: 'user:ana', amount: '200', message: 'For the trailer' },
    problems: [
      'wallet_closed',
      'insufficient_credits',
      'lot_kind_unavailable',
      'not_a_member',
      'member_suspended',
      'cap_exceeded',
    ],
    authorize: ({ caller, body }) => mayTransfer(services, caller, body.from, body.to),
    work: ({ caller, body: { preview: _preview, ...transfer } }) => ({
      kind: 'command',
      command: {
        ...transfer,
        type: 'transfer',
        amount: transfer.amount.toString(),
        unrestricted: caller.kind === 'operator',
      },
    }),
  }),
];

/**
 * Who may take from this wallet for that one. That the receiving person is a member is the ledger's
 * to say, at the moment it applies the transfer.
 */
async function mayTransfer(
  { db }: Services,
  caller: Caller,
  from: string,
  to: string,
): Promise<Problem | null> {
  const sends = await permit(db, caller, 'send_transfer', from);
  if (sends !== null || caller.kind === 'operator') return sends;
  const toOrganization = to.startsWith('org:');
  if (from.startsWith('org:') === toOrganization) {
    return problem(
      'forbidden',
      'Credits move between an organization and its members only. Ask an operator for anything else.',
    );
  }
  return toOrganization ? permit(db, caller, 'receive_transfer', to) : null;
}

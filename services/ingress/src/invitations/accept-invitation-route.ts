import { AcceptanceBody } from '@bursar/contracts';
import { acceptInvitation, type AcceptanceOutcome } from '@bursar/ledger/reads';
import { readInvitationToken } from '@bursar/notices/invitation';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { MembershipSchema, showMembership } from '../directory/show-membership.ts';
import { welcomeMember } from '../directory/welcome-member.ts';
import { created, ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const AcceptanceSchema = MembershipSchema.extend({ operation: z.string().nullable() });

export const acceptInvitationRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: '/v1/invitations/{token}/accept',
    operationId: 'acceptInvitation',
    tag: 'Directory',
    summary: 'Join by the link of an invitation',
    description:
      'The token is the last part of the link. One person can accept, once; asking again is harmless. An operator names `user`. Who is a member already keeps their role. Who joins for the first time receives the default allocation by `operation`.',
    params: z.strictObject({ token: z.string().min(1).max(100) }),
    body: AcceptanceBody,
    example: { user: 'user:ana' },
    problems: ['invitation_not_open', 'member_suspended'],
    answers: {
      200: { description: 'The membership', schema: AcceptanceSchema },
      201: { description: 'The new membership', schema: AcceptanceSchema },
    },
    handle: async ({ caller, params, body }) => {
      const refusal = permitAnywhere(caller, 'accept_invitation');
      if (refusal !== null) return refusal;
      const user = joinerOf(caller, body.user);
      if (typeof user !== 'string') return user;
      const link = readInvitationToken(services.secrets.invitation, params.token);
      if (link === null) return notFound('invitation');
      const outcome = await acceptInvitation(services.db, {
        invitation: link.id,
        round: link.round,
        user,
      });
      if (!outcome.ok) return refusedAcceptance(outcome.refusal);
      const { organization } = outcome;
      const operation = outcome.welcome
        ? await welcomeMember(services, caller, { organization, user })
        : null;
      const joined = {
        ...(await showMembership(services, { org: organization, user })),
        operation,
      };
      return outcome.created ? created(joined) : ok(joined);
    },
  });

/** Who joins, as a bare id: people themselves, and for an operator whom they name. */
function joinerOf(caller: Caller, named: string | undefined): string | Problem {
  const user = named?.slice('user:'.length);
  if (caller.kind === 'person') {
    return user === undefined || user === caller.id
      ? caller.id
      : problem('forbidden', 'People accept for themselves only. Leave `user` out.');
  }
  return (
    user ??
    problem('invalid_request', 'Name the person who joins.', {
      errors: [{ pointer: '/user', message: 'is needed from an operator' }],
    })
  );
}

function refusedAcceptance(refusal: Extract<AcceptanceOutcome, { ok: false }>['refusal']): Problem {
  switch (refusal) {
    case 'unknown_user':
      return notFound('person');
    case 'invitation_not_open':
      return problem(
        refusal,
        'This link was used, revoked, replaced by a newer one, or has run out. Ask for another invitation.',
      );
    case 'member_suspended':
      return problem(refusal, 'You are suspended in this organization. Ask to be reinstated.');
  }
}

import { LocalId, OwnershipBody } from '@bursar/contracts';
import { transferOwnership, type OwnershipOutcome } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { MembershipSchema, showMembership } from './show-membership.ts';

const bare = (user: string): string => user.slice('user:'.length);

export const ownershipRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/organizations/{org}/transfer-ownership',
    operationId: 'transferOwnership',
    tag: 'Directory',
    summary: 'Give the role of owner to another member; who had it stays as administrator',
    description: 'Owners give their own role. An operator names `from`.',
    params: z.strictObject({ org: LocalId }),
    body: OwnershipBody,
    example: { to: 'user:ana', from: 'user:ben' },
    problems: ['not_an_owner', 'not_a_member', 'member_suspended'],
    answers: {
      200: {
        description: 'Both memberships',
        schema: z.object({ owner: MembershipSchema, previous: MembershipSchema }),
      },
    },
    handle: async ({ caller, params: { org }, body }) => {
      const refusal = await permit(services.db, caller, 'manage_owners', `org:${org}`);
      if (refusal !== null) return refusal;
      const from = giverOf(caller, body.from);
      if (typeof from !== 'string') return from;
      const to = bare(body.to);
      const outcome = await transferOwnership(services.db, { organization: org, from, to });
      if (!outcome.ok) return refusedTransfer(outcome.refusal, from, to);
      const [owner, previous] = await Promise.all(
        [to, from].map((user) => showMembership(services, { org, user })),
      );
      return ok({ owner, previous });
    },
  }),
];

/** Whose role is given, as a bare id: a person's own, and for an operator whom they name. */
function giverOf(caller: Caller, named: string | undefined): string | Problem {
  if (caller.kind === 'person') {
    return named === undefined || bare(named) === caller.id
      ? caller.id
      : problem('forbidden', 'Owners give their own role only. Leave `from` out.');
  }
  if (named !== undefined) return bare(named);
  return problem('invalid_request', 'Name the owner whose role is given.', {
    errors: [{ pointer: '/from', message: 'is needed from an operator' }],
  });
}

function refusedTransfer(
  refusal: Extract<OwnershipOutcome, { ok: false }>['refusal'],
  from: string,
  to: string,
): Problem {
  switch (refusal) {
    case 'unknown_organization':
      return notFound('organization');
    case 'not_an_owner':
      return problem(
        refusal,
        `user:${from} is no active owner of this organization (any more). Nothing was changed.`,
        { subjects: [`user:${from}`] },
      );
    case 'not_a_member':
      return problem(
        refusal,
        `user:${to} is no member of this organization. Invite or add them first.`,
        { subjects: [`user:${to}`] },
      );
    case 'member_suspended':
      return problem(refusal, `user:${to} is suspended. Reinstate them first.`, {
        subjects: [`user:${to}`],
      });
  }
}

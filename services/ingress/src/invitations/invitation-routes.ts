import { InvitationBody, LocalId, ORGANIZATION_ROLES, toPublicId } from '@bursar/contracts';
import {
  invite,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation,
  type InvitationView,
  type InviteOutcome,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, type Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { acceptInvitationRoute } from './accept-invitation-route.ts';

const InvitationSchema = z
  .object({
    id: z.string(),
    organization: z.string(),
    email: z.string(),
    role: z.enum(ORGANIZATION_ROLES),
    status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
    invited_by: z.string(),
    accepted_by: z.string().nullable(),
    mails: z.int(),
    created_at: TimeSchema,
    expires_at: TimeSchema,
  })
  .meta({ id: 'Invitation' });

const OrganizationParams = z.strictObject({ org: LocalId });
const InvitationParams = z.strictObject({ org: LocalId, id: publicIdParam('inv') });
const LIST = '/v1/organizations/{org}/invitations';

/**
 * An operator needs no role in the organization, neither now nor when the answer comes; the ledger
 * looks for one behind whatever begins with `user:`.
 */
const inviterOf = (caller: Caller): string =>
  caller.kind === 'operator' && caller.person !== undefined
    ? `operator/${actorOf(caller)}`
    : actorOf(caller);

export const invitationRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: LIST,
    operationId: 'createInvitation',
    tag: 'Directory',
    summary: 'Ask somebody to join, by a mail whose link works once and for seven days',
    description: 'The same again while it is open answers it with 200 and sends nothing.',
    params: OrganizationParams,
    body: InvitationBody,
    example: { email: 'ana@example.com', role: 'member' },
    problems: ['already_a_member', 'invitation_pending', 'invitation_limit_reached'],
    answers: {
      200: { description: 'The open invitation', schema: InvitationSchema },
      201: { description: 'The new invitation', schema: InvitationSchema },
    },
    handle: async ({ caller, params: { org }, body }) => {
      const refusal = await mayInvite(services, caller, org, body.role);
      if (refusal !== null) return refusal;
      const asked = { organization: org, ...body, actor: inviterOf(caller) };
      const outcome = await invite(services.db, asked);
      if (!outcome.ok) return refusedInvitation(outcome.refusal);
      const answer = await show(services, outcome.invitation);
      return outcome.created && answer.kind === 'json' ? created(answer.body) : answer;
    },
  }),
  route({
    method: 'get',
    path: LIST,
    operationId: 'listInvitations',
    tag: 'Directory',
    summary: 'List whom an organization asked to join, newest first',
    params: OrganizationParams,
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(InvitationSchema) } },
    handle: async ({ caller, params, query }) =>
      (await permit(services.db, caller, 'manage_members', `org:${params.org}`)) ??
      listAnswer(
        services.secrets.cursor,
        { route: LIST, filters: params },
        query,
        (page) => listInvitations(services.db, params.org, page),
        render,
      ),
  }),
  changeRoute(services, {
    method: 'post',
    path: `${LIST}/{id}/resend`,
    operationId: 'resendInvitation',
    summary: 'Send another mail with a new link, good for seven days; links before it end',
    change: resendInvitation,
  }),
  changeRoute(services, {
    method: 'delete',
    path: `${LIST}/{id}`,
    operationId: 'revokeInvitation',
    summary: 'Take an invitation back, so that its link leads nowhere',
    change: revokeInvitation,
  }),
  acceptInvitationRoute(services),
];

type Refusal = Extract<InviteOutcome, { ok: false }>['refusal'] | 'invitation_not_open';

const changeRoute = (
  services: Services,
  spec: {
    method: 'post' | 'delete';
    path: string;
    operationId: string;
    summary: string;
    change: (db: Services['db'], id: string) => Promise<Refusal | null>;
  },
): Route => {
  const { change, ...address } = spec;
  return route({
    ...address,
    tag: 'Directory',
    params: InvitationParams,
    ...(spec.method === 'post' && { body: z.strictObject({}), example: {} }),
    problems: ['invitation_not_open', 'invitation_limit_reached'],
    answers: { 200: { description: 'The invitation', schema: InvitationSchema } },
    handle: async ({ caller, params: { org, id } }) => {
      const invitation = await readInvitation(services.db, id);
      const refusal = await mayInvite(services, caller, org, invitation?.role ?? 'member');
      if (refusal !== null) return refusal;
      if (invitation?.organization !== org) return notFound('invitation');
      const reason = await change(services.db, id);
      return reason === null ? show(services, id) : refusedInvitation(reason);
    },
  });
};

/** Managers invite; owners are made by owners. */
const mayInvite = async (
  { db }: Services,
  caller: Caller,
  org: string,
  role: InvitationView['role'],
): Promise<Problem | null> =>
  (await permit(db, caller, 'manage_members', `org:${org}`)) ??
  (role === 'owner' ? permit(db, caller, 'manage_owners', `org:${org}`) : null);

function refusedInvitation(refusal: Refusal): Problem {
  switch (refusal) {
    case 'unknown_organization':
      return notFound('organization');
    case 'already_a_member':
      return problem(refusal, 'Somebody with this address is a member already. Nothing was sent.');
    case 'invitation_pending':
      return problem(
        refusal,
        'This address has an open invitation to another role. Revoke it first, then invite again.',
      );
    case 'invitation_limit_reached':
      return problem(
        refusal,
        'Five mails were sent to this address within a day, or 500 invitations are open. Nothing was sent; try again tomorrow, or revoke some.',
      );
    case 'invitation_not_open':
      return problem(refusal, 'This invitation was accepted or revoked. Nothing was changed.');
  }
}

async function show({ db }: Services, id: string): Promise<Answer> {
  const invitation = await readInvitation(db, id);
  return invitation === null ? notFound('invitation') : ok(render(invitation));
}

const render = (view: InvitationView): z.infer<typeof InvitationSchema> => ({
  id: toPublicId('inv', view.id),
  organization: `org:${view.organization}`,
  email: view.email,
  role: view.role,
  status: view.status,
  invited_by: view.invitedBy,
  accepted_by: view.acceptedBy === null ? null : `user:${view.acceptedBy}`,
  mails: view.round,
  created_at: view.createdAt.toISOString(),
  expires_at: view.expiresAt.toISOString(),
});

import { LocalId, MemberBody } from '@bursar/contracts';
import {
  listMembers,
  putMember,
  readMembership,
  reinstateMember,
  suspendMember,
  type MemberView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import type { Services } from '../service/services.ts';
import { MembershipSchema, showMembership } from './show-membership.ts';
import { welcomeMember } from './welcome-member.ts';

/** Removing an owner may be asked again after this long. */
const OWNER_RETRY_MS = 5_000;

const MemberParams = z.strictObject({ org: LocalId, user: LocalId });
const MemberSchema = MembershipSchema.extend({
  name: z.string().nullable(),
  email: z.string().nullable(),
}).meta({ id: 'Member' });

/** What somebody typed to find a member. */
const Search = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\0]*$/, 'must not contain a zero character')
  .meta({ description: 'Part of the name, the mail address or the id, in whatever case' });

export const memberRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/organizations/{org}/members',
    operationId: 'listMembers',
    tag: 'Directory',
    summary: 'List the members of an organization, who joined last first',
    params: z.strictObject({ org: LocalId }),
    query: z.strictObject({ search: Search.optional(), ...PAGE_PARAMETERS }),
    answers: { 200: { description: 'One page', schema: listSchema(MemberSchema) } },
    handle: async ({ caller, params, query: { search, ...query } }) =>
      (await permit(services.db, caller, 'read_members', `org:${params.org}`)) ??
      listAnswer(
        services.secrets.cursor,
        { route: '/v1/organizations/{org}/members', filters: { ...params, search } },
        query,
        (page) => listMembers(services.db, params.org, search, page),
        (row) => renderMember(params.org, row),
      ),
  }),
  route({
    method: 'put',
    path: '/v1/organizations/{org}/members/{user}',
    operationId: 'putMember',
    tag: 'Directory',
    summary: 'Make a person a member, or change their role',
    description:
      'A person who joins for the first time receives the default allocation by `operation`. With a session or a token this changes the roles of members only; whoever is to join is invited.',
    params: MemberParams,
    body: MemberBody,
    example: { role: 'member' },
    problems: ['last_owner'],
    answers: membershipAnswers(MembershipSchema.extend({ operation: z.string().nullable() })),
    handle: (call) => admit(services, call.caller, call.params, call.body.role),
  }),
  suspensionRoute(services, 'suspend', suspendMember),
  suspensionRoute(services, 'reinstate', reinstateMember),
  removalRoute(services),
];

const membershipAnswers = (schema: z.ZodType) => ({
  200: { description: 'The membership', schema },
  201: { description: 'The new membership', schema },
});

async function admit(
  services: Services,
  caller: Caller,
  member: { org: string; user: string },
  role: z.output<typeof MemberBody>['role'],
): Promise<Answer> {
  const { org: organization, user } = member;
  const refusal =
    (await mayManage(services, caller, member, role === 'owner')) ??
    (await mayAdmit(services, caller, member));
  if (refusal !== null) return refusal;
  const outcome = await putMember(services.db, { organization, user, role });
  if (!outcome.ok) {
    if (outcome.refusal === 'last_owner') return lastOwner();
    return notFound(outcome.refusal === 'unknown_user' ? 'person' : 'organization');
  }
  const operation = outcome.welcome
    ? await welcomeMember(services, caller, { organization, user })
    : null;
  const body = { ...(await showMembership(services, member)), operation };
  return outcome.created ? created(body) : ok(body);
}

const suspensionRoute = (
  services: Services,
  verb: 'suspend' | 'reinstate',
  change: typeof suspendMember,
): Route =>
  route({
    method: 'post',
    path: `/v1/organizations/{org}/members/{user}/${verb}`,
    operationId: `${verb}Member`,
    tag: 'Directory',
    summary:
      verb === 'suspend'
        ? 'Freeze what the organization gave to a member'
        : 'End the suspension of a member',
    params: MemberParams,
    body: z.strictObject({}),
    example: {},
    problems: ['not_a_member', 'last_owner'],
    answers: { 200: { description: 'The membership', schema: MembershipSchema } },
    handle: async ({ caller, params }) => {
      const refusal = await mayManage(services, caller, params, false);
      if (refusal !== null) return refusal;
      const { org: organization, user } = params;
      const outcome = await change(services.db, { organization, user });
      if (!outcome.ok) return outcome.refusal === 'last_owner' ? lastOwner() : notAMember(user);
      return ok(await showMembership(services, params));
    },
  });

const removalRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'delete',
    path: '/v1/organizations/{org}/members/{user}',
    operationId: 'removeMember',
    tag: 'Directory',
    summary: 'Remove a member, or leave; what is unspent of the allocations returns to the pool',
    description:
      'The preview lists what follows: what returns at once, what is held and follows later, the requests and delayed credits that are cancelled, the seat that is revoked.',
    type: 'member_removal',
    params: MemberParams,
    body: z.strictObject({ preview: z.boolean().optional() }).meta({ id: 'RemovalBody' }),
    previews: true,
    example: {},
    problems: ['not_a_member', 'last_owner'],
    authorize: ({ caller, params }) => mayRemove(services, caller, params),
    work: ({ params }) => ({
      kind: 'command',
      command: {
        type: 'member_removal',
        organization: `org:${params.org}`,
        member: `user:${params.user}`,
      },
    }),
    // Who was removed may come back and be removed again, so the stay is part of the key.
    deriveKey: async ({ params: { org, user } }) => {
      const membership = await readMembership(services.db, org, user);
      const stay = `removal ${org} ${user} ${membership?.joinedAt.toISOString() ?? 'never'}`;
      // The last owner is refused until there is another one; a refusal must not outlive its reason.
      return membership?.role === 'owner' && membership.status !== 'removed'
        ? `${stay} ${Math.floor(Date.now() / OWNER_RETRY_MS)}`
        : stay;
    },
  });

/**
 * Everybody may leave, suspended or not. Who has left already gets the answer they got then, so that
 * asking twice is harmless; an organization one never belonged to stays hidden.
 */
async function mayRemove(
  services: Services,
  caller: Caller,
  member: { org: string; user: string },
): Promise<Problem | null> {
  const leaves = caller.kind === 'person' && caller.id === member.user;
  if (!leaves) return mayManage(services, caller, member, false);
  const membership = await readMembership(services.db, member.org, member.user);
  return membership?.status === 'removed'
    ? null
    : permit(services.db, caller, 'leave_organization', `org:${member.org}`);
}

/** Managers manage members; whatever makes or concerns an owner is for owners. */
async function mayManage(
  services: Services,
  caller: Caller,
  { org, user }: { org: string; user: string },
  makesOwner: boolean,
): Promise<Problem | null> {
  const refusal = await permit(services.db, caller, 'manage_members', `org:${org}`);
  if (refusal !== null || caller.kind === 'operator') return refusal;
  const membership = await readMembership(services.db, org, user);
  const isOwner = membership?.role === 'owner' && membership.status !== 'removed';
  return makesOwner || isOwner ? permit(services.db, caller, 'manage_owners', `org:${org}`) : null;
}

/**
 * Who is signed in makes nobody a member without being asked: members' names and addresses are shown to
 * managers, and anybody may found an organization. A back end that speaks for a person vouches for whom
 * it adds. People who are unknown and people who are no members are refused alike.
 */
async function mayAdmit(
  services: Services,
  caller: Caller,
  { org, user }: { org: string; user: string },
): Promise<Problem | null> {
  if (caller.kind !== 'person' || caller.signedIn === undefined) return null;
  const membership = await readMembership(services.db, org, user);
  if (membership !== null && membership.status !== 'removed') return null;
  return problem(
    'forbidden',
    `user:${user} is no member of this organization; nothing was changed. Invite them by mail with POST /v1/organizations/${org}/invitations.`,
  );
}

const renderMember = (org: string, view: MemberView): z.infer<typeof MemberSchema> => ({
  organization: `org:${org}`,
  user: `user:${view.user}`,
  role: view.role,
  status: view.status,
  joined_at: view.joinedAt.toISOString(),
  name: view.name,
  email: view.email,
});

const lastOwner = (): Problem =>
  problem(
    'last_owner',
    'This is the last owner; nothing was changed. Make somebody else an owner first.',
  );

const notAMember = (user: string): Problem =>
  problem('not_a_member', `user:${user} is no member of this organization.`, {
    subjects: [`user:${user}`],
  });

import {
  formatAmount,
  LocalId,
  OrganizationBody,
  OrganizationSettingsBody,
} from '@bursar/contracts';
import {
  putOrganization,
  readOrganization,
  setOrganizationSettings,
  type OrganizationView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { CreditsSchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const OrganizationSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    name: z.string(),
    members: z.int(),
    settings: z.object({
      default_allocation: CreditsSchema.nullable(),
      seat_allocation: CreditsSchema.nullable(),
      request_expiry_days: z.int(),
      auto_approve_below: CreditsSchema.nullable(),
      auto_approve_monthly: CreditsSchema.nullable(),
    }),
    created_at: TimeSchema,
  })
  .meta({ id: 'Organization' });

const OrganizationParams = z.strictObject({ id: LocalId });

export const organizationRoutes = (services: Services): Route[] => [
  route({
    method: 'put',
    path: '/v1/organizations/{id}',
    operationId: 'putOrganization',
    tag: 'Directory',
    summary: 'Create an organization with its pool, or rename it',
    description: 'A person who creates one becomes its owner.',
    params: OrganizationParams,
    body: OrganizationBody,
    example: { name: 'Acme' },
    problems: ['organization_deleted'],
    answers: {
      200: { description: 'The organization', schema: OrganizationSchema },
      201: { description: 'The new organization', schema: OrganizationSchema },
    },
    handle: async ({ caller, params: { id }, body }) => {
      const refusal = await mayPut(services, caller, id);
      if (refusal !== null) return refusal;
      const outcome = await putOrganization(services.db, {
        id,
        name: body.name,
        owner: caller.kind === 'person' ? caller.id : undefined,
      });
      if (!outcome.ok) return outcome.refusal === 'unknown_user' ? notFound('person') : idTaken(id);
      const answer = await showOrganization(services, id);
      return outcome.created && answer.kind === 'json' ? created(answer.body) : answer;
    },
  }),
  route({
    method: 'get',
    path: '/v1/organizations/{id}',
    operationId: 'getOrganization',
    tag: 'Directory',
    summary: 'Show an organization',
    params: OrganizationParams,
    answers: { 200: { description: 'The organization', schema: OrganizationSchema } },
    handle: async ({ caller, params: { id } }) =>
      (await permit(services.db, caller, 'read_organization', `org:${id}`)) ??
      showOrganization(services, id),
  }),
  route({
    method: 'patch',
    path: '/v1/organizations/{id}/settings',
    operationId: 'updateOrganizationSettings',
    tag: 'Directory',
    summary: "Change an organization's settings",
    description:
      'What is left out stays; null switches off. Requests below `auto_approve_below` are approved by themselves, up to `auto_approve_monthly` for each member in a calendar month; both are needed.',
    params: OrganizationParams,
    body: OrganizationSettingsBody,
    example: { default_allocation: '50' },
    problems: ['invalid_amount'],
    answers: { 200: { description: 'The organization', schema: OrganizationSchema } },
    handle: async ({ caller, params: { id }, body }) => {
      const refusal = await permit(services.db, caller, 'manage_organization', `org:${id}`);
      if (refusal !== null) return refusal;
      await setOrganizationSettings(services.db, {
        organization: id,
        defaultAllocation: body.default_allocation,
        seatAllocation: body.seat_allocation,
        requestExpiryDays: body.request_expiry_days,
        autoApproveBelow: body.auto_approve_below,
        autoApproveMonthly: body.auto_approve_monthly,
      });
      return showOrganization(services, id);
    },
  }),
];

/** Keys for products never; a person may create what does not exist yet, and rename what they manage. */
async function mayPut(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  if (caller.kind === 'product') return permitAnywhere(caller, 'manage_organization');
  if (caller.kind === 'operator' || (await readOrganization(services.db, id)) === null) return null;
  return permit(services.db, caller, 'manage_organization', `org:${id}`);
}

const idTaken = (id: string): Problem =>
  problem(
    'organization_deleted',
    `The organization ${id} was deleted and its id stays taken. Nothing was changed; choose another id.`,
    { subjects: [`org:${id}`] },
  );

async function showOrganization({ db }: Services, id: string): Promise<Answer> {
  const organization = await readOrganization(db, id);
  return organization === null ? notFound('organization') : ok(render(organization));
}

const render = (organization: OrganizationView): z.infer<typeof OrganizationSchema> => ({
  id: organization.id,
  wallet: `org:${organization.id}`,
  name: organization.name,
  members: organization.members,
  settings: {
    default_allocation: amountText(organization.defaultAllocation),
    seat_allocation: amountText(organization.seatAllocation),
    request_expiry_days: organization.requestExpiryDays,
    auto_approve_below: amountText(organization.autoApproveBelow),
    auto_approve_monthly: amountText(organization.autoApproveMonthly),
  },
  created_at: organization.createdAt.toISOString(),
});

const amountText = (micro: bigint | null): string | null =>
  micro === null ? null : formatAmount(micro);

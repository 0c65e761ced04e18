import { formatAmount, LocalId, toPublicId, UserOwner } from '@bursar/contracts';
import { listCreditRequests, readOrganization, type CreditRequestView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit, relationTo } from '../access/permit.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { csvAnswer } from '../reads/stream-csv.ts';
import { FilterQuery, toFilter } from '../reads/wallet-routes.ts';
import { CreditsSchema, timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const STATUSES = ['pending', 'approved', 'rejected', 'cancelled', 'expired'] as const;
const STATUS = z.enum(STATUSES);

const CreditRequestSchema = z
  .object({
    id: z.string(),
    organization: z.string(),
    member: z.string(),
    member_name: z.string().nullable(),
    amount: CreditsSchema,
    granted: CreditsSchema.nullable(),
    status: STATUS,
    reason: z.string().nullable(),
    decision_reason: z.string().nullable(),
    decided_by: z.string().nullable(),
    created_at: TimeSchema,
    decided_at: TimeSchema.nullable(),
    expires_at: TimeSchema.nullable(),
  })
  .meta({ id: 'CreditRequest', description: "A member's request for credits of the organization" });

const OrganizationParams = z.strictObject({ id: LocalId });
const REQUESTS = '/v1/organizations/{id}/credit-requests';

export const organizationListRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: REQUESTS,
    operationId: 'listCreditRequests',
    tag: 'Sharing',
    summary: 'List requests for credits, newest first; a member sees their own',
    params: OrganizationParams,
    query: z.strictObject({
      status: z
        .enum([...STATUSES, 'decided'])
        .optional()
        .meta({ description: 'decided: whatever waits no longer' }),
      member: UserOwner.optional(),
      ...PAGE_PARAMETERS,
    }),
    answers: { 200: { description: 'One page', schema: listSchema(CreditRequestSchema) } },
    handle: async ({ caller, params, query: { status, member, ...page } }) => {
      const owner = `org:${params.id}`;
      const refusal = await permit(services.db, caller, 'read_requests', owner);
      if (refusal !== null) return refusal;
      const own =
        caller.kind === 'person' && (await relationTo(services.db, caller, owner)) === 'member';
      const filter = { status, user: own ? caller.id : member?.slice('user:'.length) };
      return listAnswer(
        services.secrets.cursor,
        { route: REQUESTS, filters: { ...params, ...filter } },
        page,
        (at) => listCreditRequests(services.db, params.id, filter, at),
        renderCreditRequest,
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/organizations/{id}/transactions.csv',
    operationId: 'exportOrganizationTransactions',
    tag: 'Sharing',
    summary: "Download the transactions of an organization's pool as CSV, newest first",
    params: OrganizationParams,
    query: FilterQuery,
    answers: { 200: { description: 'One row per transaction', contentType: 'text/csv' } },
    handle: async ({ caller, params, query }) => {
      const owner = `org:${params.id}`;
      const refusal = await permit(services.db, caller, 'read_wallet', owner);
      if (refusal !== null) return refusal;
      if ((await readOrganization(services.db, params.id)) === null)
        return notFound('organization');
      return csvAnswer(services, owner, toFilter(query));
    },
  }),
];

const renderCreditRequest = (view: CreditRequestView): z.infer<typeof CreditRequestSchema> => ({
  id: toPublicId('req', view.id),
  organization: `org:${view.organization}`,
  member: `user:${view.user}`,
  member_name: view.userName,
  amount: formatAmount(view.amount),
  granted: view.granted === null ? null : formatAmount(view.granted),
  status: view.status,
  reason: view.reason,
  decision_reason: view.decisionReason,
  decided_by: view.decidedBy,
  created_at: view.createdAt.toISOString(),
  decided_at: timeText(view.decidedAt),
  expires_at: timeText(view.expiresAt),
});

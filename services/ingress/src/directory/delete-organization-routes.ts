import { LocalId, LOT_KINDS, OrganizationDeletionBody } from '@bursar/contracts';
import {
  readOrganizationDeleter,
  readOrganizationDeletion,
  type OrganizationDeletionView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { ownsOperation, type Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import { CreditsSchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { CONSEQUENCES, consequencesOf } from './deletion-consequences.ts';

/** A refused deletion may be asked for again after this long without a key of its own. */
const RETRY_MS = 5_000;

const DeletionParams = z.strictObject({ id: LocalId });

const OrganizationDeletionSchema = z
  .object({
    organization: z.string(),
    name: z.string(),
    confirmation: z
      .object({ confirm: z.string(), forfeit: CreditsSchema, end_subscriptions: z.boolean() })
      .meta({ description: 'The body of the DELETE that would do it now' }),
    pool: z.object({
      amount: CreditsSchema,
      by_kind: z.partialRecord(z.enum(LOT_KINDS), CreditsSchema),
      lots: z.array(
        z.object({
          kind: z.enum(LOT_KINDS),
          expires_at: TimeSchema.nullable(),
          amount: CreditsSchema,
        }),
      ),
    }),
    owed: CreditsSchema,
    consequences: z
      .array(
        z.object({
          what: z.enum(CONSEQUENCES),
          count: z.int().nullable(),
          amount: CreditsSchema.nullable(),
          detail: z.string(),
        }),
      )
      .meta({ description: 'What happens to what, money first' }),
    blockers: z
      .array(z.object({ code: z.string(), detail: z.string() }))
      .meta({ description: 'What is in the way, and what to do about it' }),
  })
  .meta({ id: 'OrganizationDeletion' });

export const deleteOrganizationRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/organizations/{id}/deletion',
    operationId: 'previewOrganizationDeletion',
    tag: 'Directory',
    summary: 'What deleting an organization would mean now, money first; changes nothing',
    params: DeletionParams,
    answers: { 200: { description: 'What would follow', schema: OrganizationDeletionSchema } },
    handle: async ({ caller, params: { id } }) => {
      const refusal = await permit(services.db, caller, 'delete_organization', `org:${id}`);
      if (refusal !== null) return refusal;
      const view = await readOrganizationDeletion(services.db, id);
      return view === null ? notFound('organization') : ok(render(view));
    },
  }),
  commandRoute(services, {
    method: 'delete',
    path: '/v1/organizations/{id}',
    operationId: 'deleteOrganization',
    tag: 'Directory',
    summary: 'Delete an organization; what is left in its pool is given up, its ledger stays',
    description:
      'For owners. Refused while the pool owes credits, holds are open, credits are being handed out or taken back, an order awaits payment or members are suspended. `confirm` is the name of the organization. Credits that are left must be named exactly as `forfeit`; they are gone. Members keep what they were allocated: undo allocations or remove members first to get it back. Requests are cancelled; seats, rules, budgets, invitations, keys and webhooks end. A subscription refuses it, too, unless `end_subscriptions` ends it now; saved cards are removed. The id stays taken.',
    type: 'organization_deletion',
    params: DeletionParams,
    body: OrganizationDeletionBody,
    previews: true,
    example: { confirm: 'Acme', forfeit: '750' },
    problems: ['account_not_settled', 'confirmation_mismatch', 'invalid_amount'],
    authorize: ({ caller, params: { id } }) => mayDelete(services, caller, id),
    work: ({ params: { id }, body }) => ({
      kind: 'command',
      command: {
        type: 'organization_deletion',
        organization: `org:${id}`,
        confirm: body.confirm,
        forfeit: body.forfeit?.toString(),
        ...(body.end_subscriptions === true && { end_subscriptions: true }),
      },
    }),
    // A refusal must not outlive its reason, and who mends what they typed asks for something else. Once it is deleted,
    // all who ask again get the same answer.
    deriveKey: async ({ params: { id }, body: { confirm, forfeit, end_subscriptions } }) =>
      `deletion ${id} ${Math.floor(Date.now() / RETRY_MS)} ${String(forfeit)} ${end_subscriptions === true} ${confirm}`,
  }),
];

/** Whoever deleted it gets their answer again; for everybody else it is gone. */
async function mayDelete(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  const refusal = await permit(services.db, caller, 'delete_organization', `org:${id}`);
  if (refusal === null || caller.kind !== 'person') return refusal;
  const deleter = await readOrganizationDeleter(services.db, id);
  return deleter !== null && ownsOperation(caller, deleter) ? null : refusal;
}

const render = (view: OrganizationDeletionView): z.infer<typeof OrganizationDeletionSchema> => ({
  organization: view.organization,
  name: view.name,
  confirmation: {
    confirm: view.name,
    forfeit: view.pool.amount,
    end_subscriptions: view.subscriptions > 0,
  },
  pool: view.pool,
  owed: view.owed,
  consequences: consequencesOf(view),
  blockers: view.blockers,
});

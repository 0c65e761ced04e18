import { AllocationBody, LocalId, toPublicId, UndoBody } from '@bursar/contracts';
import {
  listAllocations,
  listRecipients,
  readAllocation,
  type AllocationView,
  type RecipientView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { isProblem, notFound, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, publicIdParam, timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { csvAllocationRoute } from './csv-allocation-route.ts';
import { amountText, sendRecipients } from './recipient-list.ts';

/** Room for an allocation that names a hundred thousand recipients with their amounts. */
const ALLOCATION_BYTES_MAX = 16 * 1024 * 1024;

const AllocationParams = z.strictObject({ id: publicIdParam('alc') });
const RECIPIENTS = '/v1/allocations/{id}/recipients';
const ALLOCATIONS = '/v1/organizations/{org}/allocations';

const AllocationSchema = z
  .object({
    id: z.string(),
    from: z.string(),
    recipients: z.int(),
    amount_per_recipient: CreditsSchema.nullable(),
    total: CreditsSchema,
    returned: CreditsSchema.meta({ description: 'What undoing it has brought back' }),
    status: z.enum(['running', 'completed']),
    progress: z.object({ done: z.int(), total: z.int() }),
    reason: z.string().nullable(),
    actor: z.string(),
    created_at: TimeSchema,
    completed_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Allocation' });

const RecipientSchema = z
  .object({
    user: z.string(),
    amount: CreditsSchema,
    returned: CreditsSchema,
    transaction: z.string().nullable(),
  })
  .meta({ id: 'AllocationRecipient' });

export const allocationRoutes = (services: Services): Route[] => [
  creation(services),
  csvAllocationRoute(services),
  commandRoute(services, {
    method: 'post',
    path: '/v1/allocations/{id}/undo',
    operationId: 'undoAllocation',
    tag: 'Sharing',
    summary: 'Take back what the recipients of an allocation have not spent',
    description:
      'Lot by lot, as the credits were in the pool. What is held stays; undo again under a new key when the holds have ended. The result says how much came back from whom. The preview says what would come back from each recipient now, what they hold, and what is gone: spent, moved on, expired or taken back before.',
    type: 'allocation_undo',
    params: AllocationParams,
    body: UndoBody,
    previews: true,
    example: { reason: 'Wrong list', preview: true },
    problems: ['allocation_running', 'wallet_closed'],
    authorize: ({ caller, params }) => mayUndo(services, caller, params.id),
    work: ({ params, body }) => ({
      kind: 'command',
      command: { type: 'allocation_undo', allocation: params.id, reason: body.reason },
    }),
  }),
  route({
    method: 'get',
    path: '/v1/allocations/{id}',
    operationId: 'getAllocation',
    tag: 'Sharing',
    summary: 'Show an allocation, how far it is, and what came back of it',
    params: AllocationParams,
    answers: { 200: { description: 'The allocation', schema: AllocationSchema } },
    handle: async ({ caller, params }) => {
      const found = await find(services, caller, params.id);
      return isProblem(found) ? found : ok(render(found));
    },
  }),
  route({
    method: 'get',
    path: RECIPIENTS,
    operationId: 'listAllocationRecipients',
    tag: 'Sharing',
    summary: 'List what each recipient got, in the order in which they were named',
    params: AllocationParams,
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(RecipientSchema) } },
    handle: async ({ caller, params, query }) => {
      const found = await find(services, caller, params.id);
      if (isProblem(found)) return found;
      return listAnswer(
        services.secrets.cursor,
        { route: RECIPIENTS, filters: params },
        query,
        (page) => listRecipients(services.db, params.id, page),
        renderRecipient,
      );
    },
  }),
  route({
    method: 'get',
    path: ALLOCATIONS,
    operationId: 'listAllocations',
    tag: 'Sharing',
    summary: "List an organization's allocations, newest first",
    params: z.strictObject({ org: LocalId }),
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(AllocationSchema) } },
    handle: async ({ caller, params, query }) =>
      (await permit(services.db, caller, 'create_allocation', `org:${params.org}`)) ??
      listAnswer(
        services.secrets.cursor,
        { route: ALLOCATIONS, filters: params },
        query,
        (page) => listAllocations(services.db, params.org, page),
        render,
      ),
  }),
];

const creation = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/allocations',
    operationId: 'createAllocation',
    tag: 'Sharing',
    summary: 'Give to many members, the same to each or amounts of their own, or to none',
    type: 'allocation',
    body: AllocationBody,
    bodyBytesMax: ALLOCATION_BYTES_MAX,
    previews: true,
    example: { from: 'org:acme', recipients: 'all', amount_per_recipient: '300' },
    problems: [
      'insufficient_credits',
      'lot_kind_unavailable',
      'not_a_member',
      'duplicate_recipient',
      'member_suspended',
      'cap_exceeded',
      'payload_too_large',
    ],
    authorize: ({ caller, body }) => permit(services.db, caller, 'create_allocation', body.from),
    work: async ({ body: { preview: asked, recipients, ...allocation } }) => {
      const purpose = asked === true ? 'preview' : 'command';
      const sent = await sendRecipients(services, recipients, purpose);
      return {
        kind: 'command',
        keptUntil: sent.keptUntil,
        command: {
          ...allocation,
          recipients: sent.recipients,
          type: 'allocation',
          amount_per_recipient: allocation.amount_per_recipient?.toString(),
        },
      };
    },
  });

async function find(
  services: Services,
  caller: Caller,
  id: string,
): Promise<AllocationView | Problem> {
  // Product keys are refused before anything is read, so that they cannot probe which ids exist.
  const closed = caller.kind === 'product' ? permitAnywhere(caller, 'create_allocation') : null;
  if (closed !== null) return closed;
  const allocation = await readAllocation(services.db, id);
  if (allocation === null) return notFound('allocation');
  return (await permit(services.db, caller, 'create_allocation', allocation.wallet)) ?? allocation;
}

async function mayUndo(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  const found = await find(services, caller, id);
  return isProblem(found) ? found : null;
}

const render = (view: AllocationView): z.infer<typeof AllocationSchema> => ({
  id: toPublicId('alc', view.id),
  from: view.wallet,
  recipients: view.recipients,
  amount_per_recipient: amountText(view.amountPerRecipient),
  total: amountText(view.total) ?? '0',
  returned: amountText(view.returned) ?? '0',
  status: view.status,
  progress: { done: view.done, total: view.recipients },
  reason: view.reason,
  actor: view.actor,
  created_at: view.createdAt.toISOString(),
  completed_at: timeText(view.completedAt),
});

const renderRecipient = (view: RecipientView): z.infer<typeof RecipientSchema> => ({
  user: view.wallet,
  amount: amountText(view.amount) ?? '0',
  returned: amountText(view.returned) ?? '0',
  transaction: view.transaction === null ? null : toPublicId('txn', view.transaction),
});

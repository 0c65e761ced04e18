import { LocalId } from '@bursar/contracts';
import { deleteUser, type DeletionBlocker } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { CreditsSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

/** What to do about each thing that stands in the way. */
const REMEDIES: Record<DeletionBlocker, string> = {
  debt: 'what is owed must be paid',
  credits: 'credits are left; spend them, or let an operator move or refund them',
  open_holds: 'holds are open; capture, release or wait for them',
  subscription:
    'a subscription goes on, or can still be paid for; cancel it and wait until it has ended, or end it now with end_subscriptions',
  unpaid_purchases: 'purchases await payment; pay them or wait until they expire',
  last_owner: 'organizations would be without an owner; make somebody else one',
  organizations: 'leave all organizations first',
};

const DeletionSchema = z
  .object({
    user: z.string(),
    deleted: z.boolean().meta({ description: 'False for a preview' }),
    balance: CreditsSchema,
    owed: CreditsSchema,
    held: CreditsSchema,
    open_holds: z.int(),
    unpaid_purchases: z.int(),
    pending_requests: z.int(),
    subscriptions: z
      .int()
      .meta({ description: 'They end at once when `end_subscriptions` says so' }),
    saved_cards: z.int().meta({ description: 'They are removed at Stripe' }),
    organizations: z.array(z.string()),
    last_owner_of: z.array(z.string()),
    blockers: z.array(z.string()),
  })
  .meta({ id: 'UserDeletion' });

export const deleteUserRoutes = (services: Services): Route[] => [
  route({
    method: 'delete',
    path: '/v1/users/{id}',
    operationId: 'deleteUser',
    tag: 'Directory',
    summary: 'Delete a person; who they were is forgotten, and the ledger stays',
    description:
      'Refused while anything of theirs is unsettled; `"preview": true` lists what and changes nothing. Saved cards and who they were are removed at Stripe, too. Deleted people cannot come back: their id stays taken.',
    params: z.strictObject({ id: LocalId }),
    body: z
      .strictObject({
        preview: z.boolean().optional(),
        end_subscriptions: z.boolean().optional().meta({
          description:
            'Subscriptions end with it, now; nothing of the running period is given back',
        }),
      })
      .meta({ id: 'UserDeletionBody' }),
    example: { preview: true },
    problems: ['account_not_settled'],
    answers: { 200: { description: 'What there was to settle', schema: DeletionSchema } },
    handle: async ({ caller, params: { id }, body }) => {
      const refusal = await permit(services.db, caller, 'write_user', `user:${id}`);
      if (refusal !== null) return refusal;
      const { preview = false, end_subscriptions: endSubscriptions = false } = body;
      const outcome = await deleteUser(services.db, { id, preview, endSubscriptions });
      if (outcome.ok) return ok({ user: `user:${id}`, deleted: !preview, ...outcome.report });
      if (outcome.refusal === 'unknown_user') return notFound('person');
      const { blockers, organizations } = outcome.report;
      const reasons = blockers.map((blocker) => REMEDIES[blocker]).join('; ');
      return problem('account_not_settled', `Nothing was changed: ${reasons}.`, {
        subjects: organizations,
      });
    },
  }),
];

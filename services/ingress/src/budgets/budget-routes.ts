import { BudgetBody, LocalId, Owner } from '@bursar/contracts';
import {
  deleteBudget,
  putBudget,
  readBudget,
  readBudgets,
  type BudgetRefusal,
  type BudgetView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, relationTo } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import type { Services } from '../service/services.ts';
import { BudgetSchema, renderBudget } from './render-budget.ts';

const BudgetParams = z.strictObject({ id: LocalId });
const WALLET_BUDGETS = '/v1/wallets/{wallet}/budgets';

export const budgetRoutes = (services: Services): Route[] => [
  route({
    method: 'put',
    path: '/v1/budgets/{id}',
    operationId: 'putBudget',
    tag: 'Budgets',
    summary: 'Limit what may be spent in a period, or change such a limit',
    description:
      'Counts what is charged to `wallet` and, of an organization, what is charged on its behalf; `member`, `product` and `key` narrow it. With `enforce`, charges and holds beyond the limit are refused with `budget_exceeded`; without, it only tells. A change of what it counts begins it anew at zero.',
    params: BudgetParams,
    body: BudgetBody,
    example: { wallet: 'org:acme', member: 'user:ana', limit: '100', period: 'month' },
    problems: [
      'invalid_amount',
      'wallet_not_found',
      'not_a_member',
      'budget_id_taken',
      'too_many_budgets',
    ],
    answers: {
      200: { description: 'The budget', schema: BudgetSchema },
      201: { description: 'The new budget', schema: BudgetSchema },
    },
    handle: ({ caller, params: { id }, body }) => put(services, caller, id, body),
  }),
  route({
    method: 'get',
    path: '/v1/budgets/{id}',
    operationId: 'getBudget',
    tag: 'Budgets',
    summary: 'Show a budget and what its present period has come to',
    params: BudgetParams,
    answers: { 200: { description: 'The budget', schema: BudgetSchema } },
    handle: async ({ caller, params: { id } }) => {
      const budget = await find(services, caller, id);
      return isProblem(budget) ? budget : ok(renderBudget(budget));
    },
  }),
  route({
    method: 'delete',
    path: '/v1/budgets/{id}',
    operationId: 'deleteBudget',
    tag: 'Budgets',
    summary: 'End a budget; one made under its id later begins at zero',
    params: BudgetParams,
    answers: { 204: { description: 'The budget has ended' } },
    handle: async ({ caller, params: { id } }) => {
      const budget = await find(services, caller, id);
      if (isProblem(budget)) return budget;
      const { wallet } = budget;
      const denied = await permit(services.db, caller, 'manage_budgets', wallet);
      if (denied !== null) return denied;
      const found = await deleteBudget(services.db, { id, wallet });
      return found ? { kind: 'empty' } : notFound('budget');
    },
  }),
  route({
    method: 'get',
    path: WALLET_BUDGETS,
    operationId: 'listBudgets',
    tag: 'Budgets',
    summary: 'List the budgets of a wallet, newest first; a member sees those that limit them',
    params: z.strictObject({ wallet: Owner }),
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(BudgetSchema) } },
    handle: async ({ caller, params: { wallet }, query }) => {
      const denied = await permit(services.db, caller, 'read_budgets', wallet);
      if (denied !== null) return denied;
      const member = await plainMember(services, caller, wallet);
      return listAnswer(
        services.secrets.cursor,
        { route: WALLET_BUDGETS, filters: { wallet, member: member ?? undefined } },
        query,
        (page) => readBudgets(services.db, wallet, member, page),
        renderBudget,
      );
    },
  }),
];

async function put(
  services: Services,
  caller: Caller,
  id: string,
  body: z.output<typeof BudgetBody>,
): Promise<Answer> {
  const denied = await permit(services.db, caller, 'manage_budgets', body.wallet);
  if (denied !== null) return denied;
  const { wallet, limit, period } = body;
  const outcome = await putBudget(services.db, {
    id,
    wallet,
    limit,
    period,
    member: body.member ?? null,
    product: body.product ?? null,
    key: body.key ?? null,
    alertAt: body.alert_at,
    enforced: body.enforce,
    activeFrom: body.active_from ?? null,
  });
  if (!outcome.ok) return refusals[outcome.refusal](wallet);
  const budget = await readBudget(services.db, id);
  if (budget === null) return notFound('budget');
  return outcome.created ? created(renderBudget(budget)) : ok(renderBudget(budget));
}

const refusals: Record<BudgetRefusal, (wallet: string) => Problem> = {
  wallet_not_found: (wallet) =>
    problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`),
  not_a_member: (wallet) =>
    problem('not_a_member', `The member is not in ${wallet}. Add them to the organization first.`),
  key_not_found: () =>
    problem('invalid_request', 'There is no such API key. Name one that exists, or leave it out.', {
      errors: [{ pointer: '/key', message: 'names no API key' }],
    }),
  id_taken: () =>
    problem('budget_id_taken', 'Another wallet has a budget of this id. Choose another id.'),
  too_many: (wallet) =>
    problem('too_many_budgets', `${wallet} has a hundred budgets. Delete one that is not needed.`),
};

/** A budget that the caller may see; a plain member finds their own and those that all members share. */
async function find(services: Services, caller: Caller, id: string): Promise<BudgetView | Problem> {
  const budget = await readBudget(services.db, id);
  if (budget === null) return notFound('budget');
  const denied = await permit(services.db, caller, 'read_budgets', budget.wallet);
  // Ids are no secret to keys; people are told of what is theirs.
  if (denied !== null) return caller.kind === 'person' ? notFound('budget') : denied;
  const member = await plainMember(services, caller, budget.wallet);
  const foreign = member !== null && budget.member !== null && budget.member !== member;
  return foreign ? notFound('budget') : budget;
}

/** The caller as `user:<id>`, if they are a member of this organization and no more. */
async function plainMember(
  { db }: Services,
  caller: Caller,
  owner: string,
): Promise<string | null> {
  if (caller.kind !== 'person') return null;
  return (await relationTo(db, caller, owner)) === 'member' ? `user:${caller.id}` : null;
}

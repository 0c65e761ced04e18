import { EmptyBody, SubscriptionBody, SubscriptionChangeBody, Owner } from '@bursar/contracts';
import {
  readSubscription,
  readSubscriptionOf,
  readSubscriptions,
  readWallet,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, MoneySchema, publicIdParam, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const SubscriptionParams = z.strictObject({ id: publicIdParam('sbs') });
const WalletParams = z.strictObject({ wallet: Owner });

const SubscriptionSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    status: z.string().meta({
      description:
        'awaiting_payment, expired, failed or replaced (by a later order) before Stripe has it; then as Stripe says: trialing, active, past_due, unpaid, paused, incomplete, canceled, …',
    }),
    plan: z.string(),
    name: z.string(),
    quantity: z.int(),
    credits: CreditsSchema.meta({ description: 'For the whole quantity, each period' }),
    price: MoneySchema,
    every: z.string(),
    current_period_start: TimeSchema.nullable(),
    current_period_end: TimeSchema.nullable(),
    trial_end: TimeSchema.nullable(),
    cancel_at: TimeSchema.nullable(),
    canceled_at: TimeSchema.nullable(),
    ended_at: TimeSchema.nullable(),
    checkout_url: z.string().nullable(),
    seats: z
      .object({ included: z.int(), assigned: z.int(), over: z.array(z.string()) })
      .nullable()
      .meta({ description: 'Of plans that include seats; `over` names who sits beyond them' }),
    next: z
      .object({
        plan: z.string(),
        name: z.string(),
        quantity: z.int(),
        credits: CreditsSchema,
        price: MoneySchema,
        at: TimeSchema,
      })
      .nullable()
      .meta({ description: 'A smaller plan that begins with the next period' }),
    duplicate_of: z.string().nullable().meta({
      description: 'The wallet had this one already: it was cancelled and its payment goes back',
    }),
    created_at: TimeSchema,
  })
  .meta({ id: 'Subscription', description: 'Who gets credits every period, and how it stands' });

export const subscriptionRoutes = (services: Services): Route[] => [
  orderRoute(services),
  showRoute(services),
  listRoute(services),
  changeRoute(services),
  simpleRoute(services, 'cancel', 'cancelSubscription', 'End a subscription with its period'),
  simpleRoute(services, 'resume', 'resumeSubscription', 'Let a subscription go on that was to end'),
  endRoute(services),
];

const orderRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/subscriptions',
    operationId: 'createSubscription',
    tag: 'Subscriptions',
    summary: 'Subscribe a wallet to a plan and get an address to pay at',
    description:
      'The result is `subscription`, with `checkout_url`. Credits arrive with each paid period, once. A wallet has one page at a time: a later order closes the page of an earlier one.',
    type: 'subscription',
    body: SubscriptionBody,
    example: { wallet: 'user:ana', plan: 'pro', quantity: 1 },
    problems: [
      'plan_not_found',
      'plan_not_available',
      'already_subscribed',
      'order_replaced',
      'wallet_not_found',
      'unavailable',
    ],
    authorize: ({ caller, body }) =>
      permit(services.db, caller, 'manage_subscription', body.wallet),
    work: ({ body }) => ({
      kind: 'subscription',
      command: { type: 'order', ...body },
    }),
  });

const LIST_PATH = '/v1/wallets/{wallet}/subscriptions';

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: LIST_PATH,
    operationId: 'listSubscriptions',
    tag: 'Subscriptions',
    summary: 'List every subscription a wallet has or had, newest first',
    description: 'Also orders that nobody paid, and what was paid twice (`duplicate_of`).',
    params: WalletParams,
    query: z.strictObject(PAGE_PARAMETERS),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(SubscriptionSchema) } },
    handle: async ({ caller, params, query }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', params.wallet);
      if (refusal !== null) return refusal;
      if ((await readWallet(services.db, params.wallet)) === null) return noWallet(params.wallet);
      return listAnswer(
        services.secrets.cursor,
        { route: LIST_PATH, filters: params },
        query,
        (page) => readSubscriptions(services.db, params.wallet, page),
        ({ summary }) => summary,
      );
    },
  });

const noWallet = (wallet: string): Problem =>
  problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`);

const showRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/subscription',
    operationId: 'getSubscription',
    tag: 'Subscriptions',
    summary: 'Show the subscription of a wallet: the one that goes on, else the last there was',
    params: WalletParams,
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'The subscription', schema: SubscriptionSchema } },
    handle: async ({ caller, params }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', params.wallet);
      if (refusal !== null) return refusal;
      const found = await readSubscriptionOf(services.db, params.wallet);
      if (found !== null) return ok(found.summary);
      return (await readWallet(services.db, params.wallet)) === null
        ? noWallet(params.wallet)
        : notFound('subscription');
    },
  });

const changeRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/subscriptions/{id}/change',
    operationId: 'changeSubscription',
    tag: 'Subscriptions',
    summary: 'Change the plan or the quantity of a subscription',
    description:
      'What costs more is charged at once for the rest of the period and brings its difference in credits, or nothing changes. What costs less begins with the next period and is shown as `next` until then; asking for the present plan again calls it off. `seats.over` of the result names who sits beyond a smaller plan; nobody loses a seat.',
    type: 'subscription_change',
    params: SubscriptionParams,
    body: SubscriptionChangeBody,
    example: { plan: 'business' },
    problems: [
      'plan_not_found',
      'plan_not_available',
      'subscription_not_active',
      'change_in_progress',
      'payment_refused',
      'unavailable',
    ],
    authorize: ({ caller, params }) => mayChange(services, caller, params.id),
    work: ({ params, body }) => ({
      kind: 'subscription',
      command: { type: 'plan', subscription: params.id, ...body },
    }),
  });

const simpleRoute = (
  services: Services,
  type: 'cancel' | 'resume',
  operationId: string,
  summary: string,
): Route =>
  commandRoute(services, {
    method: 'post',
    path: `/v1/subscriptions/{id}/${type}`,
    operationId,
    tag: 'Subscriptions',
    summary,
    type: 'subscription_change',
    params: SubscriptionParams,
    body: EmptyBody,
    example: {},
    problems: ['subscription_not_active', 'change_in_progress'],
    authorize: ({ caller, params }) => mayChange(services, caller, params.id),
    work: ({ params }) => ({
      kind: 'subscription',
      command: { type, subscription: params.id },
    }),
  });

const endRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/subscriptions/{id}/end',
    operationId: 'endSubscription',
    tag: 'Subscriptions',
    summary: 'End a subscription now',
    description:
      'For operators. Nothing more is billed, and nothing of the running period is given back; its credits live to their expiry. Ending what has ended changes nothing.',
    type: 'subscription_change',
    params: SubscriptionParams,
    body: EmptyBody,
    example: {},
    problems: ['subscription_not_active'],
    authorize: async ({ caller, params }) =>
      permitAnywhere(caller, 'operate') ?? mayChange(services, caller, params.id),
    work: ({ params }) => ({
      kind: 'subscription',
      command: { type: 'end', subscription: params.id },
    }),
  });

/** Who may not know of a subscription learns nothing from its id. */
async function mayChange(services: Services, caller: Caller, id: string): Promise<Problem | null> {
  const subscription = await readSubscription(services.db, { id });
  return subscription === null
    ? notFound('subscription')
    : permit(services.db, caller, 'manage_subscription', subscription.wallet);
}

import { AutoTopUpBody, Owner } from '@bursar/contracts';
import {
  readAutoTopUp,
  readPaymentMethods,
  startAutoTopUp,
  stopAutoTopUp,
  type AutoTopUpRefusal,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, type Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { judgeTerms } from './judge-terms.ts';
import { AutoTopUpSchema, renderAutoTopUp } from './render-auto-top-up.ts';

const PATH = '/v1/wallets/{wallet}/auto-top-up';
const Params = z.strictObject({ wallet: Owner });
const ANSWERS = { 200: { description: 'Settings and state', schema: AutoTopUpSchema } };

export const autoTopUpRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'getAutoTopUp',
    tag: 'Buying',
    summary: 'Show whether credits buy themselves when they run low, and how that stands',
    params: Params,
    answers: ANSWERS,
    handle: async ({ caller, params: { wallet } }) =>
      (await permit(services.db, caller, 'manage_payment', wallet)) ?? show(services, wallet),
  }),
  route({
    method: 'put',
    path: PATH,
    operationId: 'putAutoTopUp',
    tag: 'Buying',
    summary: 'Let credits buy themselves when they run low, up to a cap a month, or stop that',
    description:
      'Charges a saved card without its owner, so `consent` is needed for every set of terms and is recorded with them. Buys when what is available, less what is owed, falls below `threshold`: `amount` credits each time, or as many as lead back to `target`, at the price of that moment. Putting it again closes the breaker after declines.',
    params: Params,
    body: AutoTopUpBody,
    example: {
      enabled: true,
      threshold: '100',
      amount: '1000',
      monthly_cap: { amount: 5000, currency: 'usd' },
      consent: true,
    },
    problems: [
      'invalid_amount',
      'wallet_not_found',
      'wallet_closed',
      'auto_top_up_unfit',
      'payment_method_missing',
    ],
    answers: ANSWERS,
    handle: async ({ caller, params: { wallet }, body }) =>
      (await permit(services.db, caller, 'manage_payment', wallet)) ??
      (await put(services, caller, wallet, body)) ??
      show(services, wallet),
  }),
];

async function show({ db }: Services, wallet: string): Promise<Answer> {
  const [view, cards] = await Promise.all([
    readAutoTopUp(db, wallet),
    readPaymentMethods(db, wallet),
  ]);
  return ok(renderAutoTopUp(wallet, view, cards));
}

async function put(
  { db, prices }: Services,
  caller: Caller,
  wallet: string,
  body: AutoTopUpBody,
): Promise<Problem | null> {
  const actor = actorOf(caller);
  if (!body.enabled) {
    const refusal = await stopAutoTopUp(db, wallet, actor);
    // What was never on is off.
    return refusal === null || refusal === 'nothing_saved' ? null : REFUSALS[refusal](wallet);
  }
  const offer = judgeTerms(prices, body);
  if (isProblem(offer)) return offer;
  const refusal = await startAutoTopUp(db, {
    wallet,
    actor,
    threshold: body.threshold,
    amount: body.amount ?? null,
    target: body.target ?? null,
    monthlyCap: BigInt(body.monthly_cap.amount),
    currency: body.monthly_cap.currency,
    paymentMethod: body.payment_method ?? null,
  });
  return refusal === null ? null : REFUSALS[refusal](wallet);
}

const REFUSALS: Record<AutoTopUpRefusal, (wallet: string) => Problem> = {
  wallet_not_found: (wallet) =>
    problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`),
  wallet_closed: (wallet) =>
    problem(
      'wallet_closed',
      `${wallet} was deleted and its wallet is closed; nothing was changed.`,
    ),
  no_card: (wallet) =>
    problem(
      'payment_method_missing',
      `${wallet} has no default card; nothing was changed. Save one with POST /v1/wallets/${wallet}/payment-methods/setup.`,
    ),
  unknown_card: (wallet) =>
    problem(
      'payment_method_missing',
      `${wallet} has no such card; nothing was changed. List its payment methods, or leave payment_method out to use the default.`,
    ),
  nothing_saved: (wallet) =>
    problem('not_found', `${wallet} has no auto top-up; nothing was changed.`),
};

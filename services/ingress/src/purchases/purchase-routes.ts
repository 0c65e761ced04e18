import { EmptyBody, PurchaseBody, RefundBody } from '@bursar/contracts';
import { readPurchase, readPurchaseBySession } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit, permitAnywhere } from '../access/permit.ts';
import type { Action } from '../access/rights.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { isProblem, notFound, type Problem } from '../problems/problem.ts';
import { PurchaseSchema, renderPurchase } from '../reads/render-wallet.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { confirmCheckout, SESSION } from './confirm-checkout.ts';
import { orderTerms } from './order-terms.ts';

const PurchaseParams = z.strictObject({ id: publicIdParam('pur') });
const SessionParams = z.strictObject({ session: z.string().max(255) });

export const purchaseRoutes = (services: Services): Route[] => [
  orderRoute(services),
  cancelRoute(services),
  refundRoute(services),
  route({
    method: 'get',
    path: '/v1/purchases/{id}',
    operationId: 'getPurchase',
    tag: 'Buying',
    summary: 'Show an order and what became of it',
    params: PurchaseParams,
    answers: { 200: { description: 'The purchase', schema: PurchaseSchema } },
    handle: async ({ caller, params }) => {
      const purchase = await readPurchase(services.db, params.id);
      const refusal = await mayOf(services, caller, 'read_wallet', purchase);
      return refusal ?? (purchase === null ? UNKNOWN : ok(renderPurchase(purchase)));
    },
  }),
  route({
    method: 'get',
    path: '/v1/checkouts/{session}',
    operationId: 'getCheckout',
    tag: 'Buying',
    summary: 'Show the order that a customer comes back from paying',
    description:
      'For the page that success_url names, with the session_id it was called with. Asks for the payment to be looked at now and waits up to two seconds for it.',
    params: SessionParams,
    answers: { 200: { description: 'The purchase', schema: PurchaseSchema } },
    handle: async ({ caller, params }) => {
      if (!SESSION.test(params.session)) return UNKNOWN;
      const found = await readPurchaseBySession(services.db, params.session);
      const refusal = await mayOf(services, caller, 'read_wallet', found);
      if (refusal !== null) return refusal;
      const purchase = await confirmCheckout(services, params.session);
      return purchase === null ? UNKNOWN : ok(renderPurchase(purchase));
    },
  }),
];

const UNKNOWN = notFound('purchase');

const orderRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/purchases',
    operationId: 'createPurchase',
    tag: 'Buying',
    summary: 'Order credits and get an address to pay at',
    description:
      'While an order of the same buyer with the same content can still be paid, it is answered again instead of a second one.',
    type: 'purchase',
    body: PurchaseBody,
    previews: true,
    example: { wallet: 'user:ana', price: { amount: 5000, currency: 'usd' } },
    problems: [
      'purchase_too_small',
      'purchase_too_large',
      'purchase_off_step',
      'quote_not_valid',
      'promotion_invalid',
      'wallet_not_found',
      'wallet_closed',
    ],
    authorize: ({ caller, body }) => permit(services.db, caller, 'create_purchase', body.wallet),
    work: ({ body }) => {
      const terms = orderTerms(services.prices, services.secrets.quote, body);
      if (isProblem(terms)) return terms;
      const { wallet, promotion_code, save_card, success_url, cancel_url } = body;
      return {
        kind: 'purchase',
        order: { wallet, ...terms, promotion_code, save_card, success_url, cancel_url },
      };
    },
  });

const cancelRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/purchases/{id}/cancel',
    operationId: 'cancelPurchase',
    tag: 'Buying',
    summary: 'Close the checkout of an order that is not paid',
    type: 'purchase_cancellation',
    params: PurchaseParams,
    body: EmptyBody,
    example: {},
    problems: ['purchase_not_open'],
    authorize: async ({ caller, params }) =>
      mayOf(services, caller, 'create_purchase', await readPurchase(services.db, params.id)),
    work: ({ params }) => ({
      kind: 'purchase_change',
      change: { type: 'cancellation', purchase: params.id },
    }),
  });

const refundRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/purchases/{id}/refund',
    operationId: 'refundPurchase',
    tag: 'Operating',
    summary: 'Give money of a purchase back, and take its share of the credits',
    description:
      'Purchases are not refunded beyond REFUND_WINDOW_DAYS (0 by default) unless `override` says so. The credits follow what went back in all; a refund that fails later restores them.',
    type: 'purchase_refund',
    params: PurchaseParams,
    body: RefundBody,
    example: { amount: 500, reason: 'Bought twice by mistake', override: true },
    problems: [
      'refund_not_possible',
      'refund_not_allowed',
      'refund_exceeds_payment',
      'refund_in_progress',
      'already_refunded',
      'purchase_disputed',
    ],
    authorize: async ({ caller, params }) =>
      permitAnywhere(caller, 'operate') ??
      ((await readPurchase(services.db, params.id)) === null ? UNKNOWN : null),
    work: ({ params, body }) => ({
      kind: 'purchase_change',
      change: {
        type: 'refund',
        purchase: params.id,
        amount: body.amount,
        reason: body.reason,
        override: body.override ?? false,
      },
    }),
  });

/** Who may not know of an order learns nothing from its id. */
async function mayOf(
  services: Services,
  caller: Caller,
  action: Action,
  purchase: { wallet: string } | null,
): Promise<Problem | null> {
  return purchase === null ? UNKNOWN : permit(services.db, caller, action, purchase.wallet);
}

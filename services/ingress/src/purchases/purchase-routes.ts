import { PurchaseBody } from '@bursar/contracts';
import { permit } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { isProblem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { quote } from './quote.ts';

export const purchaseRoutes = (services: Services): Route[] => [
  commandRoute(services, {
    method: 'post',
    path: '/v1/purchases',
    operationId: 'createPurchase',
    tag: 'Buying',
    summary: 'Order credits and get an address to pay at',
    type: 'purchase',
    body: PurchaseBody,
    previews: true,
    example: { wallet: 'user:ana', price: { amount: 5000, currency: 'usd' } },
    problems: ['purchase_too_small', 'purchase_too_large', 'promotion_invalid', 'wallet_not_found'],
    authorize: ({ caller, body }) => permit(services.db, caller, 'create_purchase', body.wallet),
    work: ({ body }) => {
      const offer = quote(services.prices, body);
      if (isProblem(offer)) return offer;
      const { wallet, pack, promotion_code, success_url, cancel_url } = body;
      return {
        kind: 'purchase',
        order: {
          wallet,
          credits: offer.credits.toString(),
          subtotal: Number(offer.subtotal),
          currency: services.prices.currency,
          pack,
          promotion_code,
          success_url,
          cancel_url,
        },
      };
    },
  }),
];

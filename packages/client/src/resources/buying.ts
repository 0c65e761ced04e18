import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { PriceInput, PurchaseInput, QuoteInput } from '../types/inputs.ts';
import type { RefundInput } from '../types/payment-inputs.ts';
import type { Receipt, RefundResult } from '../types/payments.ts';
import type {
  Catalog,
  Price,
  PriceHistory,
  Purchase,
  PurchaseQuote,
  Quote,
} from '../types/resources.ts';
import type { PurchaseResult } from '../types/results.ts';
import { ask, issue, preview } from './issue.ts';

export const purchases = (settings: Settings) => ({
  /** Orders credits; send the buyer to `checkout_url`. */
  create: issue<[purchase: PurchaseInput], PurchaseResult>(settings, 1, (body) => ({
    route: ROUTES.createPurchase,
    body,
  })),
  preview: (purchase: PurchaseInput, options?: CallOptions) =>
    preview<PurchaseResult>(settings, { route: ROUTES.createPurchase, body: purchase }, options),
  /** What a purchase would cost and bring; the price is kept for a while. */
  quote: (wish: QuoteInput, options?: CallOptions) =>
    ask<PurchaseQuote>(settings, { route: ROUTES.createQuote, body: wish }, options),
  get: (id: string, options?: CallOptions) =>
    ask<Purchase>(settings, { route: ROUTES.getPurchase, params: { id } }, options),
  /** The receipt of a paid order. */
  receipt: (id: string, options?: CallOptions) =>
    ask<Receipt>(settings, { route: ROUTES.getReceipt, params: { id } }, options),
  /** The order behind the `session_id` that a buyer comes back with; waits shortly for its payment. */
  ofCheckout: (session: string, options?: CallOptions) =>
    ask<Purchase>(settings, { route: ROUTES.getCheckout, params: { session } }, options),
  /** Closes the checkout of an order that is not paid. */
  cancel: issue<[id: string], PurchaseResult>(settings, 1, (id) => ({
    route: ROUTES.cancelPurchase,
    params: { id },
    body: {},
  })),
  /** Gives money back and takes its share of the credits; for operators. */
  refund: issue<[id: string, refund: RefundInput], RefundResult>(settings, 2, (id, body) => ({
    route: ROUTES.refundPurchase,
    params: { id },
    body,
  })),
});

export const catalog = (settings: Settings) => ({
  /** The rate, the packs and the limits of purchases. */
  get: (options?: CallOptions) => ask<Catalog>(settings, { route: ROUTES.getCatalog }, options),
});

export const prices = (settings: Settings) => ({
  /** Writes a price; a change makes its next version. For operators. */
  put: (id: string, body: PriceInput, options?: CallOptions) =>
    ask<PriceHistory>(settings, { route: ROUTES.putPrice, params: { id }, body }, options),
  get: (id: string, options?: CallOptions) =>
    ask<PriceHistory>(settings, { route: ROUTES.getPrice, params: { id } }, options),
  /** Every current price. */
  list: async (options?: CallOptions) =>
    (await ask<{ data: Price[] }>(settings, { route: ROUTES.listPrices }, options)).data,
  /** What a quantity costs now. */
  quote: (id: string, quantity: string | number, options?: CallOptions) =>
    ask<Quote>(
      settings,
      { route: ROUTES.quotePrice, params: { id }, query: { quantity } },
      options,
    ),
  /** Nothing new is rated by it. */
  retire: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.retirePrice, params: { id } }, options),
});

import type { KeyObject } from 'node:crypto';
import type { PackId, PurchaseOrder } from '@bursar/contracts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import { buyerKindOf, type PriceList } from './price-list.ts';
import { quote, type Wish } from './quote.ts';
import { openQuote } from './quote-token.ts';

type Terms = Pick<PurchaseOrder, 'credits' | 'subtotal' | 'currency' | 'pack' | 'expiry_months'>;

/** What an order is made at: the price that was promised to it, or today's. */
export function orderTerms(
  prices: PriceList,
  quoteKey: KeyObject,
  body: Wish & { wallet: string; quote?: string | undefined },
): Terms | Problem {
  if (body.quote !== undefined) return pinnedTerms(quoteKey, body.quote, body.wallet);
  const offer = quote(prices, body, buyerKindOf(body.wallet));
  if (isProblem(offer)) return offer;
  return {
    credits: offer.credits.toString(),
    subtotal: Number(offer.subtotal),
    currency: prices.currency,
    expiry_months: prices.expiryMonths,
    ...packOf(body.pack),
  };
}

function pinnedTerms(key: KeyObject, token: string, wallet: string): Terms | Problem {
  const pinned = openQuote(key, token);
  if (pinned === null || pinned.wallet !== wallet) {
    return problem(
      'quote_not_valid',
      'This quote was not made here for this wallet; nothing was bought. Ask for a new one with POST /v1/quotes.',
    );
  }
  if (pinned.expiresAt <= Date.now()) {
    return problem(
      'quote_not_valid',
      `This quote was good until ${new Date(pinned.expiresAt).toISOString()}; nothing was bought. Ask for a new one with POST /v1/quotes.`,
    );
  }
  return {
    credits: pinned.credits.toString(),
    subtotal: Number(pinned.subtotal),
    currency: pinned.currency,
    expiry_months: pinned.expiryMonths,
    ...packOf(pinned.pack ?? undefined),
  };
}

const packOf = (pack: PackId | undefined): { pack?: PackId } =>
  pack === undefined ? {} : { pack };

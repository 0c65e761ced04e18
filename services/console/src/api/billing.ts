import { queryOptions } from '@tanstack/react-query';
import { ApiProblem, type ProblemDocument } from './problem.ts';
import { read } from './request.ts';

/** Minor units, such as cents. */
export interface Money {
  amount: number;
  currency: string;
}

export interface Page<Row> {
  data: readonly Row[];
  has_more: boolean;
  next_cursor: string | null;
}

interface Offer {
  credits: string;
  price: Money;
}

export interface Catalog {
  currency: string;
  rate: { credits: string; per: Money };
  packs: readonly (Offer & { id: string })[];
  presets: readonly Offer[];
  custom: { minimum: Offer; maximum: Offer; step: Money };
  expiry_months: number | null;
}

export interface Purchase {
  id: string;
  status:
    | 'awaiting_payment'
    | 'paid'
    | 'expired'
    | 'cancelled'
    | 'failed'
    | 'refunded'
    | 'disputed'
    | 'needs_review';
  wallet: string;
  credits: string;
  bonus: string;
  subtotal: Money;
  discount: Money;
  tax: Money;
  total: Money;
  pack: string | null;
  promotion_code: string | null;
  checkout_url: string | null;
  processing_since: string | null;
  taken_back: string;
  transaction: string | null;
  created_at: string;
  settled_at: string | null;
}

/** What somebody wants to buy, in the words of the API. */
export type Wish = { pack: string } | { price: Money };

export interface Quote {
  id: string;
  credits: string;
  subtotal: Money;
  settles: string;
  adds: string;
  expiry_months: number | null;
  expires_at: string;
}

/** What an order would come to, its code included. */
export interface OrderPreview {
  bonus: string;
  discount: Money;
  total: Money;
  settles: string;
  adds: string;
}

export const buyerOf = (owner: string): 'user' | 'organization' =>
  owner.startsWith('org:') ? 'organization' : 'user';

export const catalogQuery = (owner: string) =>
  queryOptions({
    queryKey: ['catalog', buyerOf(owner)],
    queryFn: ({ signal }) => read<Catalog>(`/v1/catalog?for=${buyerOf(owner)}`, { signal }),
    staleTime: 60_000,
  });

/** The newest orders; looked at often while one of them waits for its payment. */
export const purchasesQuery = (owner: string) =>
  queryOptions({
    queryKey: ['of', owner, 'purchases'],
    queryFn: ({ signal }) => read<Page<Purchase>>(`/v1/wallets/${owner}/purchases`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => status === 'awaiting_payment') === true ? 3_000 : false,
  });

/** Prices are kept for some minutes; before that a new quote is asked for. */
const QUOTE_RENEWED_MS = 240_000;

export const quoteQuery = (owner: string, wish: Wish | null, owed: string) =>
  queryOptions({
    queryKey: ['quote', owner, wish, owed],
    queryFn: ({ signal }) =>
      read<Quote>('/v1/quotes', { method: 'POST', body: { wallet: owner, ...wish }, signal }),
    enabled: wish !== null,
    staleTime: QUOTE_RENEWED_MS,
    refetchInterval: QUOTE_RENEWED_MS,
    gcTime: QUOTE_RENEWED_MS,
  });

type PreviewedOrder =
  | { result: { purchase: OrderPreview }; error: null }
  | { result: null; error: ProblemDocument };

/** Tries an order with its code, and changes nothing. */
export const orderPreviewQuery = (owner: string, quote: string | undefined, code: string) =>
  queryOptions({
    queryKey: ['order-preview', owner, quote, code],
    queryFn: async ({ signal }) => {
      const { result, error } = await read<PreviewedOrder>('/v1/purchases', {
        method: 'POST',
        body: { wallet: owner, quote, promotion_code: code, preview: true },
        signal,
      });
      if (error !== null) throw new ApiProblem(error);
      return result.purchase;
    },
    enabled: quote !== undefined && code !== '',
    staleTime: QUOTE_RENEWED_MS,
    gcTime: QUOTE_RENEWED_MS,
  });

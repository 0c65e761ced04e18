import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { call } from '../transport/call.ts';
import { listing } from '../transport/listing.ts';
import type { Owner } from '../types/inputs.ts';
import type {
  LotLink,
  LotUse,
  TimeRange,
  Totals,
  TransactionProvenance,
  TransactionSides,
  Usage,
  UsageFilter,
} from '../types/reports.ts';
import { ask } from './issue.ts';

export const reports = (settings: Settings) => ({
  /** What a wallet used, by day, product or member. */
  usage: (wallet: Owner, filter: UsageFilter = {}, options?: CallOptions) =>
    ask<Usage>(settings, { route: ROUTES.getUsage, query: { wallet, ...filter } }, options),
  /** A wallet's transactions by kind, with the balances before and after. */
  totals: (wallet: Owner, range: TimeRange = {}, options?: CallOptions) =>
    ask<Totals>(
      settings,
      { route: ROUTES.getWalletTotals, params: { wallet }, query: { ...range } },
      options,
    ),
  /** The lot, then what it came from. */
  lotOrigin: async (id: string, options?: CallOptions): Promise<LotLink[]> => {
    const request = { route: ROUTES.getLotProvenance, params: { id }, query: { limit: 1 } };
    return (await call(settings, request, options)).body.origin;
  },
  /** Where a lot's credits went, oldest first. */
  lotUses: (id: string, options?: CallOptions) =>
    listing<LotUse>(settings, { route: ROUTES.getLotProvenance, params: { id } }, options),
  /** A transaction as each wallet sees it that the caller may read. */
  transaction: (id: string, options?: CallOptions) =>
    ask<TransactionSides>(settings, { route: ROUTES.getTransaction, params: { id } }, options),
  /** The chain of lots from payment or grant to a transaction, and from it onwards. */
  transactionProvenance: (id: string, options?: CallOptions) =>
    ask<TransactionProvenance>(
      settings,
      { route: ROUTES.getTransactionProvenance, params: { id } },
      options,
    ),
});

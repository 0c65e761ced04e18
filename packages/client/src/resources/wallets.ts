import type { CallOptions, Settings } from '../options.ts';
import { ROUTES, type Query, type Route } from '../routes.ts';
import type { ByteStream } from '../transport/attempt.ts';
import { call } from '../transport/call.ts';
import { listing, type Listing } from '../transport/listing.ts';
import type { Owner, TransactionFilter, WalletSettingsInput } from '../types/inputs.ts';
import type { Hold, Lot, Purchase, Transaction, Wallet } from '../types/resources.ts';
import { ask } from './issue.ts';

export const wallets = (settings: Settings) => {
  const list =
    <Row>(route: Route) =>
    (wallet: Owner, options?: CallOptions): Listing<Row> =>
      listing<Row>(settings, { route, params: { wallet } }, options);
  return {
    get: (wallet: Owner, options?: CallOptions) =>
      ask<Wallet>(settings, { route: ROUTES.getWallet, params: { wallet } }, options),
    /** Limits how far charges may go past the credits; for operators. */
    update: (wallet: Owner, body: WalletSettingsInput, options?: CallOptions) =>
      ask<Wallet>(settings, { route: ROUTES.updateWallet, params: { wallet }, body }, options),
    lots: list<Lot>(ROUTES.listLots),
    holds: list<Hold>(ROUTES.listHolds),
    purchases: list<Purchase>(ROUTES.listPurchases),
    /** `for await (const transaction of …)` fetches page by page. */
    transactions: (wallet: Owner, filter: TransactionFilter = {}, options?: CallOptions) =>
      listing<Transaction>(
        settings,
        { route: ROUTES.listTransactions, params: { wallet }, query: { ...filter } },
        options,
      ),
    /** The same rows as CSV, as they arrive. */
    transactionsCsv: (wallet: Owner, filter: TransactionFilter = {}, options?: CallOptions) =>
      csv(
        settings,
        { route: ROUTES.exportTransactions, params: { wallet }, query: { ...filter } },
        options,
      ),
  };
};

/** Opens a download; the limit of an attempt counts until its first byte. */
export async function csv(
  settings: Settings,
  request: { route: Route; params: Record<string, string>; query: Query },
  options?: CallOptions,
): Promise<ByteStream> {
  const accept = { Accept: 'text/csv' };
  const answered = await call(settings, { ...request, headers: accept, stream: true }, options);
  return answered.stream ?? new ReadableStream<Uint8Array>({ start: (out) => out.close() });
}

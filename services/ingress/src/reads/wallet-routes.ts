import {
  fromPublicId,
  HOLD_STATUSES,
  Instant,
  Owner,
  text,
  TRANSACTION_KINDS,
} from '@bursar/contracts';
import {
  readHolds,
  readLots,
  readLotsToSpend,
  readPastLots,
  readPurchases,
  readTransactions,
  readWallet,
  type TransactionFilter,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from './list-answer.ts';
import { renderTransaction, TransactionSchema } from './render-transaction.ts';
import {
  HoldSchema,
  LotSchema,
  PurchaseSchema,
  renderHold,
  renderLot,
  renderPurchase,
  renderWallet,
  WalletSchema,
} from './render-wallet.ts';
import { csvAnswer } from './stream-csv.ts';

const WalletParams = z.strictObject({ wallet: Owner });

const FILTER_PARAMETERS = {
  kind: z.enum(TRANSACTION_KINDS).optional(),
  from: Instant.optional().meta({ description: 'Inclusive' }),
  to: Instant.optional().meta({ description: 'Exclusive' }),
  product: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\0]*$/, 'must not contain a zero character')
    .optional(),
  counterparty: Owner.optional().meta({ description: 'The wallet on the other side' }),
  search: text(100).optional().meta({
    description:
      'Part of a description, message, reason, product, actor or counterparty, or a whole id; case does not matter',
  }),
};
export const FilterQuery = z.strictObject(FILTER_PARAMETERS);

/** The times of a query as the ledger takes them. */
export const toFilter = (query: z.output<typeof FilterQuery>): TransactionFilter => ({
  kind: query.kind,
  product: query.product,
  counterparty: query.counterparty,
  search: query.search === undefined ? undefined : searchedFor(query.search),
  from: query.from === undefined ? undefined : new Date(query.from),
  to: query.to === undefined ? undefined : new Date(query.to),
});

/** An id is looked up as such; the ledger knows it without its prefix. */
const searchedFor = (searched: string): NonNullable<TransactionFilter['search']> => {
  const id = searched.startsWith('txn_') ? fromPublicId('txn', searched) : null;
  return id === null ? { text: searched } : { id };
};

export const walletRoutes = (services: Services): Route[] => [
  walletRoute(services),
  lotsRoute(services),
  holdsRoute(services),
  purchasesRoute(services),
  transactionsRoute(services),
  transactionsCsvRoute(services),
];

const walletRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}',
    operationId: 'getWallet',
    tag: 'Wallets',
    summary: 'Show what a wallet has, what of it can be spent, and what expires next',
    params: WalletParams,
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'The wallet', schema: WalletSchema } },
    handle: async ({ caller, params }) => {
      const refusal = await permit(services.db, caller, 'read_wallet', params.wallet);
      if (refusal !== null) return refusal;
      const wallet = await readWallet(services.db, params.wallet);
      return wallet === null ? walletNotFound(params.wallet) : ok(renderWallet(wallet));
    },
  });

const LOTS = '/v1/wallets/{wallet}/lots';
const LOTS_BY = { newest: readLots, spending: readLotsToSpend, past: readPastLots };

const lotsRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: LOTS,
    operationId: 'listLots',
    tag: 'Wallets',
    summary: "List a wallet's lots, newest first, or what is left in the order of spending",
    params: WalletParams,
    query: z.strictObject({
      order: z.enum(['newest', 'spending', 'past']).optional().meta({
        description:
          'spending: only lots of which something is left, the one that is spent next first; past: only lots that are spent or expired, newest first. Default: newest',
      }),
      ...PAGE_PARAMETERS,
    }),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(LotSchema) } },
    handle: async ({ caller, params, query: { order = 'newest', ...query } }) => {
      const refusal = await mayRead(services, caller, params.wallet);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: LOTS, filters: { ...params, order } },
        query,
        (page) => LOTS_BY[order](services.db, params.wallet, page),
        renderLot,
      );
    },
  });

const PURCHASES = '/v1/wallets/{wallet}/purchases';

const purchasesRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: PURCHASES,
    operationId: 'listPurchases',
    tag: 'Wallets',
    summary: "List a wallet's purchases, newest first",
    params: WalletParams,
    query: z.strictObject(PAGE_PARAMETERS),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(PurchaseSchema) } },
    handle: async ({ caller, params, query }) => {
      const refusal = await mayRead(services, caller, params.wallet);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: PURCHASES, filters: params },
        query,
        (page) => readPurchases(services.db, params.wallet, page),
        renderPurchase,
      );
    },
  });

const holdsRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/holds',
    operationId: 'listHolds',
    tag: 'Wallets',
    summary: "List a wallet's holds, of one status or of all, newest first",
    params: WalletParams,
    query: z.strictObject({ status: z.enum(HOLD_STATUSES).optional(), ...PAGE_PARAMETERS }),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(HoldSchema) } },
    handle: async ({ caller, params, query: { status, ...query } }) => {
      const refusal = await mayRead(services, caller, params.wallet);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: '/v1/wallets/{wallet}/holds', filters: { ...params, status } },
        query,
        (page) => readHolds(services.db, params.wallet, page, status),
        renderHold,
      );
    },
  });

const transactionsRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/transactions',
    operationId: 'listTransactions',
    tag: 'Wallets',
    summary: "List a wallet's transactions, newest first",
    params: WalletParams,
    query: z.strictObject({ ...FILTER_PARAMETERS, ...PAGE_PARAMETERS }),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(TransactionSchema) } },
    handle: async ({ caller, params, query: { limit, cursor, ...filters } }) => {
      const refusal = await mayRead(services, caller, params.wallet);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: '/v1/wallets/{wallet}/transactions', filters: { ...filters, ...params } },
        { limit, cursor },
        (page) => readTransactions(services.db, params.wallet, toFilter(filters), page),
        (view) => renderTransaction(services.secrets, view),
      );
    },
  });

const transactionsCsvRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/transactions.csv',
    operationId: 'exportTransactions',
    tag: 'Wallets',
    summary: "Download a wallet's transactions as CSV, newest first",
    params: WalletParams,
    query: FilterQuery,
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One row per transaction', contentType: 'text/csv' } },
    handle: async ({ caller, params, query }) => {
      const refusal = await mayRead(services, caller, params.wallet);
      return refusal ?? csvAnswer(services, params.wallet, toFilter(query));
    },
  });

/** As `permit`, and the wallet must exist: an empty list would hide a typing error. */
async function mayRead({ db }: Services, caller: Caller, wallet: string): Promise<Problem | null> {
  const refusal = await permit(db, caller, 'read_wallet', wallet);
  if (refusal !== null) return refusal;
  return (await readWallet(db, wallet)) === null ? walletNotFound(wallet) : null;
}

const walletNotFound = (wallet: string): Problem =>
  problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`);

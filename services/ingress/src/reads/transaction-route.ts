import { readTransaction, readTransactionsWallets } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { renderTransaction, TransactionSchema } from './render-transaction.ts';
import { publicIdParam } from './wire-values.ts';

const SidesSchema = z
  .object({
    id: z.string(),
    sides: z.array(TransactionSchema).meta({
      description: 'As each wallet sees it that the caller may read; who gave comes first',
    }),
  })
  .meta({ id: 'TransactionSides', description: 'One transaction' });

export const transactionRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/transactions/{id}',
    operationId: 'getTransaction',
    tag: 'Wallets',
    summary: 'Show a transaction as each wallet sees it that the caller may read',
    params: z.strictObject({ id: publicIdParam('txn') }),
    answers: { 200: { description: 'The transaction', schema: SidesSchema } },
    handle: async ({ caller, params: { id }, rawParams }) => {
      const { db, secrets } = services;
      const owners = await readTransactionsWallets(db, id);
      const refusals = await Promise.all(
        owners.map((owner) => permit(db, caller, 'read_wallet', owner)),
      );
      const forbidden = refusals.find((refusal) => refusal?.code === 'forbidden');
      if (!refusals.includes(null)) return forbidden ?? notFound('transaction');
      const views = await Promise.all(
        owners
          .filter((_owner, index) => refusals[index] === null)
          .map((owner) => readTransaction(db, id, owner)),
      );
      const sides = views
        .filter((view) => view !== null)
        .toSorted((a, b) => Number(a.amount - b.amount));
      return ok({
        id: rawParams['id'] ?? '',
        sides: sides.map((view) => renderTransaction(secrets, view)),
      });
    },
  }),
];

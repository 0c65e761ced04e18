import { Owner, toPublicId } from '@bursar/contracts';
import { clearPaymentWarningsOf, listPaymentWarnings } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listSchema } from '../reads/list-answer.ts';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const WarningSchema = z
  .object({
    id: z.string().meta({ description: "Stripe's id of the warning, the dispute or the review" }),
    kind: z.enum(['fraud_warning', 'dispute', 'review']),
    purchase: z.string(),
    created_at: TimeSchema,
  })
  .meta({ id: 'PaymentWarning', description: 'Freezes the promotion codes of a wallet' });

const PATH = '/v1/wallets/{wallet}/payment-warnings';
const params = z.strictObject({ wallet: Owner });

export const paymentWarningRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'listPaymentWarnings',
    tag: 'Operating',
    summary: 'List what banks and reviews warn of about payments of a wallet',
    params,
    answers: { 200: { description: 'Those not cleared', schema: listSchema(WarningSchema) } },
    handle: async ({ caller, params: { wallet } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const data = (await listPaymentWarnings(services.db, wallet)).map((view) => ({
        id: view.id,
        kind: view.kind,
        purchase: toPublicId('pur', view.purchase),
        created_at: view.createdAt.toISOString(),
      }));
      return ok({ data, has_more: false, next_cursor: null });
    },
  }),
  route({
    method: 'delete',
    path: PATH,
    operationId: 'clearPaymentWarnings',
    tag: 'Operating',
    summary: 'Trust a wallet again: its warnings and declined payments count no more',
    params,
    answers: { 204: { description: 'Cleared' } },
    handle: async ({ caller, params: { wallet } }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const cleared = await clearPaymentWarningsOf(services.db, wallet, actorOf(caller));
      return cleared === null ? notFound('wallet') : { kind: 'empty' };
    },
  }),
];

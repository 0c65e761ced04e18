import { randomUUID } from 'node:crypto';
import { formatAmount, toPublicId } from '@bursar/contracts';
import { readPurchase, readSettledByPurchase, type PurchaseView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, callerId, type Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { answerOf } from '../operations/preview.ts';
import { notFound, problem } from '../problems/problem.ts';
import { CreditsSchema, MoneySchema, publicIdParam, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const ReceiptSchema = z
  .object({
    purchase: z.string(),
    wallet: z.string(),
    paid_at: TimeSchema,
    credits: CreditsSchema,
    bonus: CreditsSchema,
    settled: CreditsSchema.meta({ description: 'What of the credits paid what was owed' }),
    added: CreditsSchema.meta({ description: 'What was left to spend' }),
    rate: z
      .object({ credits: CreditsSchema, per: MoneySchema })
      .meta({ description: 'What was bought, for its price before discounts and taxes' }),
    subtotal: MoneySchema,
    discount: MoneySchema,
    promotion_code: z.string().nullable(),
    tax: MoneySchema,
    total: MoneySchema,
    url: z.string().nullable().meta({
      description:
        "Stripe's own receipt, asked for now because it expires; null when nothing was charged",
    }),
  })
  .meta({ id: 'Receipt' });

const UNKNOWN = notFound('receipt');

export const receiptRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/purchases/{id}/receipt',
    operationId: 'getReceipt',
    tag: 'Buying',
    summary: 'Show the receipt of a paid purchase',
    params: z.strictObject({ id: publicIdParam('pur') }),
    answers: { 200: { description: 'The receipt', schema: ReceiptSchema } },
    handle: async ({ caller, params }) => {
      const purchase = await readPurchase(services.db, params.id);
      if (purchase === null) return UNKNOWN;
      const refusal = await permit(services.db, caller, 'read_wallet', purchase.wallet);
      if (refusal !== null) return refusal;
      return purchase.settledAt === null || purchase.transaction === null
        ? UNKNOWN
        : show(services, caller, purchase, purchase.settledAt);
    },
  }),
];

async function show(
  services: Services,
  caller: Caller,
  purchase: PurchaseView,
  paidAt: Date,
): Promise<Answer> {
  const url = await currentUrl(services, caller, purchase.id);
  if (url === undefined) {
    return problem('unavailable', 'Stripe did not show the receipt in time. Try again.', {
      headers: { 'Retry-After': '2' },
    });
  }
  const settled = await readSettledByPurchase(services.db, purchase.id);
  const money = (amount: bigint) => ({ amount: Number(amount), currency: purchase.currency });
  return ok({
    purchase: toPublicId('pur', purchase.id),
    wallet: purchase.wallet,
    paid_at: paidAt.toISOString(),
    credits: formatAmount(purchase.credits),
    bonus: formatAmount(purchase.bonus),
    settled: formatAmount(settled),
    added: formatAmount(purchase.credits + purchase.bonus - settled),
    rate: { credits: formatAmount(purchase.credits), per: money(purchase.subtotal) },
    subtotal: money(purchase.subtotal),
    discount: money(purchase.discount),
    promotion_code: purchase.promotionCode,
    tax: money(purchase.tax),
    total: money(purchase.total),
    url,
  } satisfies z.infer<typeof ReceiptSchema>);
}

/** Only a worker speaks with Stripe, so it is asked; `undefined` when it does not answer in time. */
async function currentUrl(
  services: Services,
  caller: Caller,
  purchase: string,
): Promise<string | null | undefined> {
  const id = randomUUID();
  const operation = {
    key: randomUUID(),
    hash: randomUUID(),
    caller: callerId(caller),
    actor: actorOf(caller),
    accepted_at: new Date().toISOString(),
  };
  await services.queues.enqueue('preview', {
    id,
    operation,
    command: { type: 'receipt', purchase },
  });
  const answer = await answerOf(services, id);
  if (answer === null) return undefined;
  const url = answer.result?.['url'];
  return typeof url === 'string' ? url : null;
}

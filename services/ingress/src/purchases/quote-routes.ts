import { formatAmount, QuoteBody } from '@bursar/contracts';
import { readWallet } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { created } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, problem } from '../problems/problem.ts';
import { CreditsSchema, MoneySchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { buyerKindOf } from './price-list.ts';
import { quote } from './quote.ts';
import { sealQuote } from './quote-token.ts';

const QuoteSchema = z
  .object({
    id: z.string().meta({ description: 'Sent as `quote` of POST /v1/purchases' }),
    object: z.literal('quote'),
    wallet: z.string(),
    credits: CreditsSchema,
    subtotal: MoneySchema,
    pack: z.string().nullable(),
    settles: CreditsSchema.meta({ description: 'What of the credits would pay what is owed now' }),
    adds: CreditsSchema.meta({ description: 'What would be left to spend' }),
    expiry_months: z.int().nullable(),
    expires_at: TimeSchema.meta({ description: 'Until then the price is kept' }),
  })
  .meta({ id: 'PurchaseQuote', description: 'A price that is kept for a while' });

export const quoteRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/quotes',
    operationId: 'createQuote',
    tag: 'Buying',
    summary: 'Ask what a purchase costs and brings, and have the price kept',
    description:
      'Nothing is reserved and nothing stored. An order made with the quote in time has its price, even if prices have changed. Promotion codes are looked at by the preview of POST /v1/purchases.',
    body: QuoteBody,
    example: { wallet: 'user:ana', price: { amount: 5000, currency: 'usd' } },
    problems: [
      'purchase_too_small',
      'purchase_too_large',
      'purchase_off_step',
      'wallet_not_found',
      'invalid_amount',
    ],
    answers: { 201: { description: 'The quote', schema: QuoteSchema } },
    handle: async ({ caller, body }) => {
      const refusal = await permit(services.db, caller, 'create_purchase', body.wallet);
      if (refusal !== null) return refusal;
      const offer = quote(services.prices, body, buyerKindOf(body.wallet));
      if (isProblem(offer)) return offer;
      const wallet = await readWallet(services.db, body.wallet);
      if (wallet === null) {
        return problem(
          'wallet_not_found',
          `There is no wallet ${body.wallet}. Create its owner first.`,
        );
      }
      return created(render(services, offer, body, wallet.owed));
    },
  }),
];

function render(
  { prices, secrets }: Services,
  { credits, subtotal }: { credits: bigint; subtotal: bigint },
  { wallet, pack }: z.output<typeof QuoteBody>,
  owed: bigint,
): z.infer<typeof QuoteSchema> {
  const { currency, expiryMonths } = prices;
  const expiresAt = Date.now() + prices.quoteSeconds * 1_000;
  const settles = owed < credits ? owed : credits;
  return {
    id: sealQuote(secrets.quote, {
      wallet,
      credits,
      subtotal,
      currency,
      pack: pack ?? null,
      expiryMonths,
      expiresAt,
    }),
    object: 'quote',
    wallet,
    credits: formatAmount(credits),
    subtotal: { amount: Number(subtotal), currency },
    pack: pack ?? null,
    settles: formatAmount(settles),
    adds: formatAmount(credits - settles),
    expiry_months: expiryMonths === 0 ? null : expiryMonths,
    expires_at: new Date(expiresAt).toISOString(),
  };
}

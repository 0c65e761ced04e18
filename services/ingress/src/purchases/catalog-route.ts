import { formatAmount } from '@bursar/contracts';
import { z } from 'zod';
import { ok } from '../http/answer.ts';
import type { PriceBook } from '../prices/price-book.ts';
import { PriceSchema, renderPrice } from '../prices/render-price.ts';
import { route, type Route } from '../http/route.ts';
import { MoneySchema, CreditsSchema } from '../reads/wire-values.ts';
import { minorPerMajor } from './minor-units.ts';
import type { BuyerKind, PriceList } from './price-list.ts';
import { creditsFor, quotePack } from './quote.ts';

const OfferSchema = z.object({ credits: CreditsSchema, price: MoneySchema });

const CatalogSchema = z.object({
  currency: z.string(),
  rate: z.object({ credits: CreditsSchema, per: MoneySchema }),
  packs: z.array(OfferSchema.extend({ id: z.string() })),
  presets: z.array(OfferSchema),
  custom: z.object({
    minimum: OfferSchema,
    maximum: OfferSchema,
    step: MoneySchema.meta({ description: 'Prices that are chosen are multiples of it' }),
  }),
  expiry_months: z.int().nullable().meta({ description: 'null: purchased credits never expire' }),
});

/** What can be bought and what usage costs; any caller may see it. */
export const catalogRoutes = (services: { prices: PriceList; priceBook: PriceBook }): Route[] => [
  route({
    method: 'get',
    path: '/v1/catalog',
    operationId: 'getCatalog',
    tag: 'Buying',
    summary: 'Show what credits cost, and what usage costs in credits',
    answers: {
      200: {
        description: 'The catalog',
        schema: CatalogSchema.extend({ prices: z.array(PriceSchema) }).meta({ id: 'Catalog' }),
      },
    },
    query: z.strictObject({
      for: z.enum(['user', 'organization']).default('user').meta({
        description: 'Whose wallet is bought for: packs and presets may differ',
      }),
    }),
    handle: async ({ query }) =>
      ok({
        ...renderCatalog(services.prices, query.for),
        prices: (await services.priceBook.all()).map(renderPrice),
      }),
  }),
];

export function renderCatalog(
  prices: PriceList,
  buyer: BuyerKind = 'user',
): z.infer<typeof CatalogSchema> {
  const { currency } = prices;
  const { packs, presets } = prices.offers[buyer];
  const money = (amount: bigint) => ({ amount: Number(amount), currency });
  const offer = (subtotal: bigint) => ({
    credits: formatAmount(creditsFor(prices, subtotal)),
    price: money(subtotal),
  });
  return {
    currency,
    rate: { credits: formatAmount(prices.microPerMajor), per: money(minorPerMajor(currency)) },
    packs: packs.map((id) => {
      const { credits, subtotal } = quotePack(prices, id);
      return { id, credits: formatAmount(credits), price: money(subtotal) };
    }),
    presets: presets.map(offer),
    custom: {
      minimum: offer(prices.minimum),
      maximum: offer(prices.maximum),
      step: money(prices.step),
    },
    expiry_months: prices.expiryMonths === 0 ? null : prices.expiryMonths,
  };
}

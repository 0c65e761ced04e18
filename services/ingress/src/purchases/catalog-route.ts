import { formatAmount, PACKS } from '@bursar/contracts';
import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { MoneySchema, CreditsSchema } from '../reads/wire-values.ts';
import { minorPerMajor } from './minor-units.ts';
import type { PriceList } from './price-list.ts';
import { creditsFor, quotePack } from './quote.ts';

const OfferSchema = z.object({ credits: CreditsSchema, price: MoneySchema });

const CatalogSchema = z
  .object({
    currency: z.string(),
    rate: z.object({ credits: CreditsSchema, per: MoneySchema }),
    packs: z.array(OfferSchema.extend({ id: z.string() })),
    presets: z.array(OfferSchema),
    custom: z.object({ minimum: OfferSchema, maximum: OfferSchema }),
    expiry_months: z.int().nullable().meta({ description: 'null: purchased credits never expire' }),
  })
  .meta({ id: 'Catalog', description: 'At which rate and in which sizes credits are sold' });

/** What can be bought; any caller may see it. */
export const catalogRoutes = (services: { prices: PriceList }): Route[] => [
  route({
    method: 'get',
    path: '/v1/catalog',
    operationId: 'getCatalog',
    tag: 'Buying',
    summary: 'Show the rate, the packs and the limits of purchases',
    answers: { 200: { description: 'The catalog', schema: CatalogSchema } },
    handle: () => ok(renderCatalog(services.prices)),
  }),
];

export function renderCatalog(prices: PriceList): z.infer<typeof CatalogSchema> {
  const { currency } = prices;
  const money = (amount: bigint) => ({ amount: Number(amount), currency });
  const offer = (subtotal: bigint) => ({
    credits: formatAmount(creditsFor(prices, subtotal)),
    price: money(subtotal),
  });
  return {
    currency,
    rate: { credits: formatAmount(prices.microPerMajor), per: money(minorPerMajor(currency)) },
    packs: PACKS.map(({ id }) => {
      const { credits, subtotal } = quotePack(prices, id);
      return { id, credits: formatAmount(credits), price: money(subtotal) };
    }),
    presets: prices.presets.map(offer),
    custom: { minimum: offer(prices.minimum), maximum: offer(prices.maximum) },
    expiry_months: prices.expiryMonths === 0 ? null : prices.expiryMonths,
  };
}

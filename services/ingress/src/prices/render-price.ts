import { formatAmount, renderPriceModel, ROUNDINGS } from '@bursar/contracts';
import type { PriceView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { CreditsSchema, timeText, TimeSchema } from '../reads/wire-values.ts';

const TierSchema = z.object({
  up_to: z.int().nullable(),
  rate: CreditsSchema,
  flat: CreditsSchema.optional(),
});

/** As PriceModel reads it, in the one spelling that is answered. */
const ModelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('per_unit'), rate: CreditsSchema, per: z.int() }),
  z.object({ type: z.literal('package'), size: z.int(), price: CreditsSchema }),
  z.object({ type: z.literal('graduated'), per: z.int(), tiers: z.array(TierSchema) }),
  z.object({ type: z.literal('volume'), per: z.int(), tiers: z.array(TierSchema) }),
]);

export const PriceSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    event_type: z.string().nullable(),
    product: z.string(),
    meter: z.string(),
    description: z.string().nullable(),
    model: ModelSchema,
    rounding: z.enum(ROUNDINGS),
    minimum: CreditsSchema.nullable(),
    created_at: TimeSchema,
    retired_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Price', description: 'One version of what usage costs in credits' });

export const renderPrice = (price: PriceView) => ({
  id: price.id,
  version: price.version,
  event_type: price.eventType,
  product: price.product,
  meter: price.meter,
  description: price.description,
  model: renderPriceModel(price.rule.model),
  rounding: price.rule.rounding,
  minimum: price.rule.minimum === null ? null : formatAmount(price.rule.minimum),
  created_at: price.createdAt.toISOString(),
  retired_at: timeText(price.retiredAt),
});

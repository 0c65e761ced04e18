import { z } from 'zod';
import { formatAmount } from '../amounts.ts';
import { Amount, text } from '../commands.ts';

/** Zero is a rate: the first thousand may be free. */
const Rate = z.union([
  z.literal('0').transform(() => 0n),
  z.literal(0).transform(() => 0n),
  Amount,
]);
/** Whole units. */
const Units = z.int().min(1).max(1_000_000_000_000);

const Tier = z.strictObject({
  up_to: Units.nullable().meta({ description: 'The last unit of the tier; null in the last tier' }),
  rate: Rate.meta({ description: 'Credits for `per` units' }),
  flat: Amount.optional().meta({ description: 'Credits for reaching the tier at all' }),
});

const Tiers = z
  .array(Tier)
  .min(1)
  .max(20)
  .refine(
    (tiers) => tiers.every(({ up_to }, at) => (up_to === null) === (at === tiers.length - 1)),
    'must have up_to: null in the last tier and only there',
  )
  .refine(
    (tiers) =>
      tiers.every(({ up_to }, at) => up_to === null || up_to > (tiers[at - 1]?.up_to ?? 0)),
    'must have growing values of up_to',
  );

/** `per` is how many units a rate is for. */
const per = Units.default(1);

export const PriceModel = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('per_unit'), rate: Amount, per }),
    z.strictObject({ type: z.literal('package'), size: Units, price: Amount }),
    z.strictObject({ type: z.literal('graduated'), per, tiers: Tiers }),
    z.strictObject({ type: z.literal('volume'), per, tiers: Tiers }),
  ])
  .meta({
    id: 'PriceModel',
    description:
      'per_unit: a rate. package: whole packages, each begun one counts. graduated: each unit at the rate of the tier it falls into. volume: all units at the rate of the tier that the whole quantity falls into.',
  });
export type PriceModel = z.output<typeof PriceModel>;

export const ROUNDINGS = ['half_up', 'up', 'down'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export const PriceBody = z
  .strictObject({
    event_type: text(255)
      .optional()
      .meta({ description: 'The type of the usage events that this price rates' }),
    product: text(100),
    meter: text(100).meta({
      description: 'The name of the quantity, in the data of events and for people',
      example: 'tokens',
    }),
    description: text(500).optional(),
    model: PriceModel,
    rounding: z.enum(ROUNDINGS).default('half_up'),
    minimum: Amount.optional().meta({ description: 'The least that a charge by this price costs' }),
  })
  .meta({ id: 'PriceBody' });

/** What an amount is made by. */
export interface PriceRule {
  model: PriceModel;
  rounding: Rounding;
  /** Micro-credits. */
  minimum: bigint | null;
}

/** A model as it is stored and answered: canonical, so that two spellings of one model are equal. */
export function renderPriceModel(model: PriceModel): z.input<typeof PriceModel> {
  switch (model.type) {
    case 'per_unit':
      return { type: 'per_unit', rate: formatAmount(model.rate), per: model.per };
    case 'package':
      return { type: 'package', size: model.size, price: formatAmount(model.price) };
    case 'graduated':
    case 'volume':
      return {
        type: model.type,
        per: model.per,
        tiers: model.tiers.map(({ up_to, rate, flat }) => ({
          up_to,
          rate: formatAmount(rate),
          ...(flat !== undefined && { flat: formatAmount(flat) }),
        })),
      };
  }
}

import { z } from 'zod';
import { Amount, Instant, text } from './commands.ts';
import { Owner } from './ids.ts';
import { PACKS } from './vocabulary.ts';

/** What somebody wants to buy, in one of three ways. */
const wish = {
  credits: Amount.optional(),
  price: z
    .strictObject({ amount: z.int().positive(), currency: z.string().regex(/^[a-z]{3}$/) })
    .optional(),
  pack: z.enum(PACKS.map((pack) => pack.id)).optional(),
};

const isOne = (...ways: unknown[]): boolean => ways.filter((x) => x !== undefined).length === 1;

const QuoteToken = z.string().regex(/^qt_[\w-]{1,600}\.[\w-]{22}$/, 'must be the id of a quote');

export const PurchaseBody = z
  .strictObject({
    wallet: Owner,
    ...wish,
    quote: QuoteToken.optional().meta({
      description: 'What POST /v1/quotes answered as `id`: the order is made at its price',
    }),
    promotion_code: text(100).optional(),
    save_card: z.boolean().optional().meta({
      description: 'The customer agrees to have the card saved for charges they are not there for',
    }),
    success_url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    cancel_url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    preview: z.boolean().optional(),
  })
  .refine(
    (body) => isOne(body.credits, body.price, body.pack, body.quote),
    'needs exactly one of credits, price, pack and quote',
  )
  .meta({ id: 'PurchaseBody' });

/** Asks what a purchase would cost and bring, and pins it for a while. */
export const QuoteBody = z
  .strictObject({ wallet: Owner, ...wish })
  .refine(
    (body) => isOne(body.credits, body.price, body.pack),
    'needs exactly one of credits, price and pack',
  )
  .meta({ id: 'QuoteBody' });

/** For operators. */
export const RefundBody = z
  .strictObject({
    amount: z.int().positive().optional().meta({
      description: 'Minor units, taxes included; all that is left without it',
    }),
    reason: text(500),
    override: z.boolean().optional().meta({
      description: 'Refund although the policy says no',
    }),
  })
  .meta({ id: 'RefundBody' });

const limit = z.int().min(1).max(1_000_000);

/** A code that adds promotional credits to an order. For operators. */
export const BonusCodeBody = z
  .strictObject({
    code: z.string().regex(/^[\w-]{3,60}$/, 'must be 3 to 60 letters, digits, "_" or "-"'),
    bonus_credits: Amount.optional(),
    bonus_percent: z.int().min(1).max(1_000).optional(),
    lifetime_days: z.int().min(1).max(3_660).optional().meta({
      description: 'How long the bonus lives after the payment; 365 without it',
    }),
    scope: z.enum(['any', 'users', 'organizations']).optional(),
    max_redemptions: limit.optional(),
    max_per_person: limit.nullable().optional().meta({ description: '1 without it' }),
    max_per_organization: limit.nullable().optional().meta({ description: '1 without it' }),
    first_purchase_only: z.boolean().optional(),
    minimum: z
      .strictObject({ amount: z.int().positive(), currency: z.string().regex(/^[a-z]{3}$/) })
      .optional(),
    starts_at: Instant.optional(),
    ends_at: Instant.optional(),
  })
  .refine((body) => isOne(body.bonus_credits, body.bonus_percent), {
    message: 'needs exactly one of bonus_credits and bonus_percent',
  })
  .meta({ id: 'BonusCodeBody' });

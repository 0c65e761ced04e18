import { z } from 'zod';
import { Amount, text } from './commands.ts';
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

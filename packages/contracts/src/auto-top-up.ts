import { z } from 'zod';
import { Amount } from './commands.ts';

/** Stripe's id of a saved card. */
export const PaymentMethodId = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,255}$/)
  .meta({ example: 'pm_1QxYz' });

const ReturnUrl = z.url({ protocol: /^https?$/ }).max(2000);

/**
 * When to buy and how much, and what a month may cost. `consent` says that the person agrees to be
 * charged on these terms without being there; it is recorded with them. To switch off, only
 * `enabled` is needed.
 */
export const AutoTopUpBody = z
  .discriminatedUnion('enabled', [
    z.strictObject({
      enabled: z.literal(true),
      threshold: Amount,
      amount: Amount.optional().meta({ description: 'Credits to buy each time' }),
      target: Amount.optional().meta({ description: 'Or: credits to come back to' }),
      monthly_cap: z.strictObject({
        amount: z.int().positive(),
        currency: z.string().regex(/^[a-z]{3}$/),
      }),
      payment_method: PaymentMethodId.optional().meta({
        description: 'Left out: whatever card is the default of the wallet',
      }),
      consent: z.literal(true, 'must be true: agree to be charged on these terms'),
    }),
    z.strictObject({ enabled: z.literal(false) }),
  ])
  .refine(
    (body) => !body.enabled || (body.amount === undefined) !== (body.target === undefined),
    'needs exactly one of amount and target',
  )
  .meta({ id: 'AutoTopUpBody' });
export type AutoTopUpBody = z.output<typeof AutoTopUpBody>;

/** Where the page for saving a card sends the customer afterwards. */
export const CardSetupBody = z
  .strictObject({
    consent: z.literal(true, 'must be true: agree to have the card saved'),
    success_url: ReturnUrl.optional(),
    cancel_url: ReturnUrl.optional(),
  })
  .meta({ id: 'CardSetupBody' });

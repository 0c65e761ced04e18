import { z } from 'zod';
import { Amount, ChargeBody, Instant } from './commands.ts';
import { fromPublicId, Owner, UserOwner } from './ids.ts';

/** Calendar periods in UTC; weeks begin on Monday, `total` never ends. */
export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

const ALERT_AT_DEFAULT = [50, 80, 100];
const ALERTS_MAX = 10;

/** Percents of the limit; parses to ascending order, each once. */
const AlertAt = z
  .array(z.int().min(1).max(1_000))
  .max(ALERTS_MAX)
  .transform((percents) => [...new Set(percents)].toSorted((a, b) => a - b));

/** An API key by its public id; parses to the UUID. */
const KeyId = z.string().transform((text, context): string => {
  const uuid = fromPublicId('key', text);
  if (uuid !== null) return uuid;
  context.addIssue({ code: 'custom', message: 'must be the id of an API key, "key_…"' });
  return z.NEVER;
});

export const BudgetBody = z
  .strictObject({
    wallet: Owner,
    member: UserOwner.optional(),
    product: ChargeBody.shape.product
      .optional()
      .meta({ description: 'Counts only what is charged for this product' }),
    key: KeyId.optional().meta({ description: 'Counts only what this API key charges' }),
    /** `"0"` allows nothing. */
    limit: z.union([z.literal('0').transform(() => 0n), z.literal(0).transform(() => 0n), Amount]),
    period: z.enum(BUDGET_PERIODS),
    alert_at: AlertAt.default(ALERT_AT_DEFAULT).meta({
      description: 'Percents of the limit, each told once a period',
    }),
    enforce: z.boolean().default(true).meta({
      description: 'Whether what goes beyond the limit is refused, or only told',
    }),
    active_from: Instant.optional(),
  })
  .refine((body) => body.member === undefined || body.wallet.startsWith('org:'), {
    message: 'can only be named where wallet is an organization',
    path: ['member'],
  })
  .meta({ id: 'BudgetBody' });

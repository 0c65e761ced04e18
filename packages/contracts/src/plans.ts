import { z } from 'zod';
import { AMOUNT_LIMIT, MICRO_PER_CREDIT } from './amounts.ts';
import { Amount, AMOUNT_ISSUE, text } from './commands.ts';
import { Owner } from './ids.ts';

/** What names a plan in addresses and orders. */
export const PlanId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9, "_" and "-"');

export const PLAN_CYCLES = ['week', 'month', 'year'] as const;
export type PlanCycle = (typeof PLAN_CYCLES)[number];

/** What a subscriber is sold and keeps, as jobs and the ledger carry it: credits in micro-credits. */
export const PlanTerms = z.object({
  plan: PlanId,
  name: z.string(),
  /** For each unit of quantity and each period. */
  credits: z.string().regex(/^[1-9]\d{0,17}$/),
  /** Minor units for each unit and period. */
  amount: z.int().nonnegative(),
  currency: z.string().regex(/^[a-z]{3}$/),
  every: z.enum(PLAN_CYCLES),
  lookup_key: z.string(),
  rollover_cap: z.string().regex(/^\d{1,18}$/),
  grace_hours: z.int(),
  seats: z.int().nullable(),
  trial_days: z.int(),
  trial_credits: z.string().regex(/^\d{1,18}$/),
  proration: z.enum(['difference', 'none']),
});
export type PlanTerms = z.infer<typeof PlanTerms>;

const QUANTITY_MAX = 10_000;
const quantity = z.int().min(1).max(QUANTITY_MAX);
/** Exclusive, in micro-credits: with the largest quantity it is still an amount. */
const UNIT_LIMIT = AMOUNT_LIMIT / BigInt(QUANTITY_MAX);

/** What one unit of a plan may bring, whatever quantity of it somebody orders. */
const UnitAmount = Amount.refine((micro: bigint) => micro < UNIT_LIMIT, {
  error: `must be less than ${UNIT_LIMIT / MICRO_PER_CREDIT} credits for one unit of a plan`,
  params: { problem: AMOUNT_ISSUE },
});

/** What is not said takes its default; a plan is always put whole. */
export const PlanBody = z
  .strictObject({
    name: text(100),
    description: text(500).optional(),
    audience: z.enum(['user', 'org', 'any']).default('any'),
    credits: UnitAmount.meta({ description: 'For each unit of quantity and each period' }),
    price: z
      .strictObject({
        amount: z.int().min(0).max(99_999_999),
        currency: z.string().regex(/^[a-z]{3}$/),
      })
      .meta({ description: 'Minor units for each unit and period; 0 is a free plan' }),
    every: z.enum(PLAN_CYCLES).default('month'),
    lookup_key: text(200).optional().meta({
      description: "Stripe's price; left out, one is made that names plan, price and period",
    }),
    rollover_cap: UnitAmount.optional().meta({
      description: 'What of the rest of a period moves on into the next, at most, for each unit',
    }),
    grace_hours: z.int().min(0).max(720).default(72).meta({
      description: 'How long credits outlive their period, while a renewal is on its way',
    }),
    seats: z.int().min(1).max(10_000).optional().meta({
      description: 'Seats of the organization that one unit includes',
    }),
    trial_days: z.int().min(0).max(730).default(0),
    trial_credits: UnitAmount.optional().meta({ description: 'Left out: a trial brings none' }),
    proration: z.enum(['difference', 'none']).default('difference').meta({
      description: 'What a larger plan brings within the period: the difference for the rest of it',
    }),
  })
  .meta({ id: 'PlanBody' });

const address = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .optional();

export const SubscriptionBody = z
  .strictObject({
    wallet: Owner,
    plan: PlanId,
    quantity: quantity.default(1),
    success_url: address,
    cancel_url: address,
  })
  .meta({ id: 'SubscriptionBody' });

export const SubscriptionChangeBody = z
  .strictObject({ plan: PlanId.optional(), quantity: quantity.optional() })
  .refine(
    (body) => body.plan !== undefined || body.quantity !== undefined,
    'needs plan or quantity',
  )
  .meta({ id: 'SubscriptionChangeBody' });

export const PortalSessionBody = z
  .strictObject({ return_url: address })
  .meta({ id: 'PortalSessionBody' });

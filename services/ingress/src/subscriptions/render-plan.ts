import { formatAmount, PLAN_CYCLES } from '@bursar/contracts';
import type { PlanView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { CreditsSchema, MoneySchema, TimeSchema, timeText } from '../reads/wire-values.ts';

export const PlanSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    audience: z.enum(['user', 'org', 'any']),
    credits: CreditsSchema.meta({ description: 'For each unit of quantity and each period' }),
    price: MoneySchema,
    every: z.enum(PLAN_CYCLES),
    lookup_key: z.string(),
    rollover_cap: CreditsSchema,
    grace_hours: z.int(),
    seats: z.int().nullable(),
    trial_days: z.int(),
    trial_credits: CreditsSchema,
    proration: z.enum(['difference', 'none']),
    created_at: TimeSchema,
    updated_at: TimeSchema,
    retired_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Plan', description: 'What can be subscribed to' });

export const renderPlan = (plan: PlanView): z.infer<typeof PlanSchema> => ({
  id: plan.id,
  name: plan.name,
  description: plan.description,
  audience: plan.audience,
  credits: formatAmount(plan.credits),
  price: { amount: Number(plan.amount), currency: plan.currency },
  every: plan.every,
  lookup_key: plan.lookupKey,
  rollover_cap: formatAmount(plan.rolloverCap),
  grace_hours: plan.graceHours,
  seats: plan.seats,
  trial_days: plan.trialDays,
  trial_credits: formatAmount(plan.trialCredits),
  proration: plan.proration,
  created_at: plan.createdAt.toISOString(),
  updated_at: plan.updatedAt.toISOString(),
  retired_at: timeText(plan.retiredAt),
});

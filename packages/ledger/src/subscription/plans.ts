import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** A plan as an operator defines it. Credits in micro-credits, the price in minor units. */
export interface Plan {
  id: string;
  name: string;
  description: string | null;
  audience: 'user' | 'org' | 'any';
  credits: bigint;
  amount: bigint;
  currency: string;
  every: 'week' | 'month' | 'year';
  lookupKey: string;
  rolloverCap: bigint;
  graceHours: number;
  seats: number | null;
  trialDays: number;
  trialCredits: bigint;
  proration: 'difference' | 'none';
}

export interface PlanView extends Plan {
  createdAt: Date;
  updatedAt: Date;
  retiredAt: Date | null;
}

export type PutPlanOutcome = 'created' | 'changed' | 'unchanged' | 'limit_reached';

/** Creates a plan, or changes what newcomers are sold; a retired one is offered again. */
export const putPlan = (db: Database, plan: Plan): Promise<PutPlanOutcome> =>
  inTransaction(db, async (tx) => {
    const record = {
      id: plan.id,
      name: plan.name,
      description: plan.description,
      audience: plan.audience,
      credits: plan.credits.toString(),
      amount: plan.amount.toString(),
      currency: plan.currency,
      every: plan.every,
      lookup_key: plan.lookupKey,
      rollover_cap: plan.rolloverCap.toString(),
      grace_hours: plan.graceHours,
      seats: plan.seats,
      trial_days: plan.trialDays,
      trial_credits: plan.trialCredits.toString(),
      proration: plan.proration,
    };
    const [row] = await tx<[{ verdict: PutPlanOutcome }]>`
      select bursar.put_plan(${JSON.stringify(record)}::text::jsonb) as verdict`;
    return row.verdict;
  });

/** Nobody can subscribe to it any more. False when there is no such plan on offer. */
export const retirePlan = (db: Database, id: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ retired: boolean }]>`select bursar.retire_plan(${id}) as retired`;
    return row.retired;
  });

/** The plans on offer by price, or one plan whether or not it is still offered. */
export const readPlans = (db: Database, id?: string): Promise<PlanView[]> => db<PlanView[]>`
  select p.id, p.name, p.description, p.audience, p.credits, p.amount, p.currency, p.every,
    p.lookup_key as "lookupKey", p.rollover_cap as "rolloverCap", p.grace_hours as "graceHours", p.seats,
    p.trial_days as "trialDays", p.trial_credits as "trialCredits", p.proration, p.created_at as "createdAt",
    p.updated_at as "updatedAt", p.retired_at as "retiredAt"
  from bursar.plans p
  where ${id === undefined ? db`p.retired_at is null` : db`p.id = ${id}`}
  order by p.amount, p.id`;

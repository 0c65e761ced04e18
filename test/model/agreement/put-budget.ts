import { putBudget, type BudgetOutcome, type Database } from '@bursar/ledger/reads';
import type { Cast } from './cast.ts';
import { budgetOf, type StepOf } from './resolve-step.ts';

/** Puts a budget that begins now, whatever the step says. */
export const putBudgetOf = (
  db: Database,
  step: StepOf<'budget'>,
  cast: Cast,
): Promise<BudgetOutcome> => {
  const { key, ...terms } = budgetOf(step, cast, 0);
  return putBudget(db, { ...terms, key: key === null ? null : cast.key.id, activeFrom: null });
};

import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { BudgetInput, Owner } from '../types/inputs.ts';
import type { Budget } from '../types/resources.ts';
import { ask } from './issue.ts';

export const budgets = (settings: Settings) => ({
  /** Limits what may be spent in a period, or changes such a limit. */
  put: (id: string, body: BudgetInput, options?: CallOptions) =>
    ask<Budget>(settings, { route: ROUTES.putBudget, params: { id }, body }, options),
  get: (id: string, options?: CallOptions) =>
    ask<Budget>(settings, { route: ROUTES.getBudget, params: { id } }, options),
  /** One made under its id later begins at zero. */
  delete: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.deleteBudget, params: { id } }, options),
  list: (wallet: Owner, options?: CallOptions) =>
    listing<Budget>(settings, { route: ROUTES.listBudgets, params: { wallet } }, options),
});

import { change, remove, type Corruption } from './corruption.ts';

const counts = 'exists (select from bursar.budget_uses u where u.budget = x.number)';
const ofHold = 'exists (select from bursar.holds h where h.id = x.subject)';
const inForce = `x.ended_at = 'infinity'`;
/** Half of it is spent, so that half of its percents are told. */
const half = `x.id = 'purpose-half'`;
const ofHalf = `x.budget = (select b.number from bursar.budgets b where b.id = 'purpose-half')`;

export const budgetCorruptions: readonly Corruption[] = [
  change('budgets', 'wallet_id = wallet_id + 1', counts, 'budget-uses'),
  change('budgets', 'member_id = -1', counts, 'budget-uses'),
  change('budgets', `product = 'else'`, counts, 'budget-uses'),
  change('budgets', `api_key = 'key_else'`, counts, 'budget-uses'),
  change('budgets', `period = 'total'`, `${counts} and x.period <> 'total'`, 'budget-uses'),
  change('budgets', `active_from = 'infinity'`, counts, 'budget-uses'),
  change('budgets', 'ended_at = active_from', counts, 'budget-uses'),
  change('budgets', 'spending_limit = spending_limit / 2', half, 'budget-alerts'),
  change('budgets', `alert_at = '{10,40}'`, half, 'budget-alerts'),
  change('budgets', `id = 'purpose-half'`, `${inForce} and not ${half}`, 'budget-terms'),
  change('budgets', `created_at = 'infinity'`, 'true', 'budget-terms'),
  change('budgets', 'member_id = wallet_id', half, 'budget-terms'),
  change('budgets', `ended_at = active_from + interval '1 minute'`, half, 'budget-flags'),
  remove('budgets', counts, 'budget-uses'),
  change('budget_periods', 'spent = spent + 1', 'true', 'budget-periods'),
  change('budget_periods', 'held = held + 1', 'true', 'budget-periods'),
  change('budget_periods', 'budget = budget + 1000', 'true', 'budget-periods'),
  change('budget_periods', `starts_at = timestamptz '2000-01-01'`, 'true', 'budget-periods'),
  change('budget_periods', 'alerted = 0', ofHalf, 'budget-alerts'),
  change('budget_periods', 'alerted = 7', ofHalf, 'budget-alerts'),
  remove('budget_periods', 'true', 'budget-periods'),
  change('budget_uses', 'subject = gen_random_uuid()', 'true', 'budget-uses'),
  change('budget_uses', 'budget = budget + 1000', 'true', 'budget-uses'),
  change('budget_uses', `starts_at = timestamptz '2000-01-01'`, 'true', 'budget-uses'),
  change('budget_uses', 'subject = gen_random_uuid()', ofHold, 'budget-uses'),
  remove('budget_uses', 'true', 'budget-uses'),
  change('wallets', 'budgeted = not budgeted', 'true', 'budget-flags'),
];

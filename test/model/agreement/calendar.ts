import type { BudgetPeriod } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';

/**
 * How many pages of its calendar a journey of so many hours turns. Budgets live by the calendar of
 * the real clock, which no test can turn; so what they counted is moved back by whole periods
 * instead, sooner than in the world for weeks and months.
 */
export const pagesIn = (hours: number): Record<BudgetPeriod, number> => ({
  day: Math.floor(hours / 24),
  week: Math.floor(hours / 72),
  month: Math.floor(hours / 192),
  total: 0,
});

/** Moves what the budgets of these wallets counted into the past, by so many periods each. */
export async function turnPages(
  db: Database,
  owners: readonly string[],
  pages: Record<BudgetPeriod, number>,
): Promise<void> {
  if (pages.day === 0) return;
  const budgets = db`
    select b.number, case b.period
      when 'day' then make_interval(days => ${pages.day}::integer)
      when 'week' then make_interval(weeks => ${pages.week}::integer)
      when 'month' then make_interval(months => ${pages.month}::integer)
      else interval '0'
    end as past
    from bursar.budgets b
    join bursar.wallets w on w.id = b.wallet_id
    where w.owner = any (${[...owners]}::text[])`;
  await db.begin(async (tx) => {
    // By way of a time long ago, so that no period is moved onto one that is still to be moved.
    await tx`
      update bursar.budget_periods c set starts_at = c.starts_at - interval '4800 months'
      from (${budgets}) b where c.budget = b.number and isfinite(c.starts_at)`;
    await tx`
      update bursar.budget_periods c set starts_at = c.starts_at + interval '4800 months' - b.past
      from (${budgets}) b where c.budget = b.number and isfinite(c.starts_at)`;
    await tx`
      update bursar.budget_uses u set starts_at = u.starts_at - b.past
      from (${budgets}) b where u.budget = b.number`;
  });
}

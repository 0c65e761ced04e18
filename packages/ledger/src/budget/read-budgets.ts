import type { BudgetPeriod } from '@bursar/contracts';
import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from '../reads/page.ts';

/** A budget and the state of its present period. Amounts are micro-credits. */
export interface BudgetView {
  id: string;
  wallet: string;
  member: string | null;
  product: string | null;
  /** An API key's public id. */
  key: string | null;
  limit: bigint;
  period: BudgetPeriod;
  alertAt: number[];
  enforced: boolean;
  activeFrom: Date;
  spent: bigint;
  /** Set aside by open holds that were admitted in this period. */
  held: bigint;
  periodFrom: Date;
  /** `null` for a budget in total. */
  periodTo: Date | null;
}

/** One budget as it is now; `null` when there is none of this id. */
export async function readBudget(db: Database, id: string): Promise<BudgetView | null> {
  const [row] = await selectBudgets(db, db`b.id = ${id} limit 1`);
  return row ?? null;
}

/**
 * One page of a wallet's budgets, the newest first; with `member` (`user:<id>`) only those that
 * limit this member: their own and those that all members share.
 */
export async function readBudgets(
  db: Database,
  owner: string,
  member: string | null,
  page: Page,
): Promise<PageOf<BudgetView>> {
  const found = await selectBudgets(
    db,
    db`w.owner = ${owner}
      ${member === null ? db`` : db`and (m.owner = ${member} or m.owner is null)`}
      ${page.before === undefined ? db`` : db`and b.number < ${page.before}::text::bigint`}
    order by b.number desc
    limit ${rowsToFetch(page)}`,
  );
  const { rows, next } = toPage(found, page, (row) => row.number.toString());
  return { rows: rows.map(({ number: _number, ...row }) => row), next };
}

type BudgetRow = BudgetView & { number: bigint };

const selectBudgets = (db: Database, which: Fragment) => db<BudgetRow[]>`
  select
    b.number,
    b.id,
    w.owner as wallet,
    m.owner as member,
    b.product,
    b.api_key as key,
    b.spending_limit as limit,
    b.period,
    b.alert_at as "alertAt",
    b.enforced,
    b.active_from as "activeFrom",
    coalesce(c.spent, 0) as spent,
    coalesce(c.held, 0) as held,
    case when b.period = 'total' then b.active_from else p.starts_at end as "periodFrom",
    case when b.period <> 'total' then bursar.period_end(b.period, p.starts_at) end as "periodTo"
  from bursar.budgets b
  join bursar.wallets w on w.id = b.wallet_id
  left join bursar.wallets m on m.id = b.member_id
  cross join lateral (select bursar.period_start(b.period, clock_timestamp()) as starts_at) p
  left join bursar.budget_periods c on c.budget = b.number and c.starts_at = p.starts_at
  where b.ended_at = 'infinity' and ${which}`;

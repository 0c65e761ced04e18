import type { BudgetPeriod } from '@bursar/contracts';
import { membershipOf, refused, type Decision, type Ledger } from './ledger.ts';

/** What a budget counts, and how much of it there may be. */
export interface BudgetTerms {
  id: string;
  wallet: string;
  member: string | null;
  product: string | null;
  /** The caller whose charges count: an API key. */
  key: string | null;
  limit: bigint;
  period: BudgetPeriod;
  alertAt: number[];
  enforced: boolean;
  /** An earlier moment than now counts as now. */
  activeFrom: number;
}

export interface Budget extends BudgetTerms {
  endedAt: number;
  /** By the number of the period on the ledger's calendar. */
  periods: Map<number, PeriodCount>;
}

export interface PeriodCount {
  budget: Budget;
  spent: bigint;
  held: bigint;
  /** The highest percent that people were told about. */
  alerted: number;
}

/** What a budget looks at. */
export interface Spending {
  wallet: string;
  amount: bigint;
  /** What the amount was made from, if it was made by a price. */
  quantity: bigint | null;
  onBehalfOf: string | null;
  product: string;
  caller: string;
}

/** A budget that only watches ends where a wallet does. */
const CEILING = 4n * 10n ** 18n;

/** The refusal of the tightest budget that cannot take the amount, if there is one. */
export function refuseOverBudget(ledger: Ledger, spending: Spending): Decision | null {
  const counts = budgetsOn(ledger, spending).map((budget) => countOf(ledger, budget));
  return refuseMore(counts, spending.amount);
}

/** The same for what counts in these periods and asks for more; ended budgets refuse nothing. */
export function refuseMore(counts: readonly PeriodCount[], required: bigint): Decision | null {
  let tightest: { id: string; room: bigint } | null = null;
  for (const { budget, spent, held } of counts) {
    const room = (budget.enforced ? budget.limit : CEILING) - spent - held;
    if (budget.endedAt !== Infinity || required <= room) continue;
    if (tightest === null || room < tightest.room) tightest = { id: budget.id, room };
  }
  if (tightest === null) return null;
  const { id, room } = tightest;
  const available = room > 0n ? room : 0n;
  return refused('budget_exceeded', { required, available, subjects: [id] });
}

/** The periods in which something admitted now counts, made where they do not exist yet. */
export function admit(ledger: Ledger, spending: Spending): PeriodCount[] {
  return budgetsOn(ledger, spending).map((budget) => {
    const count = countOf(ledger, budget);
    budget.periods.set(ledger.calendar[budget.period], count);
    return count;
  });
}

/** What counts in these periods has grown, shrunk, or turned from held into spent. */
export function adjust(
  ledger: Ledger,
  counts: readonly PeriodCount[],
  by: { spent?: bigint; held?: bigint },
): void {
  const { spent = 0n, held = 0n } = by;
  for (const count of counts) {
    count.spent += spent;
    count.held += held;
  }
  if (spent <= 0n) return;
  for (const count of counts) {
    const percent = reached(count);
    if (percent <= count.alerted || count.budget.endedAt !== Infinity) continue;
    count.alerted = percent;
    ledger.alerts.push(`${count.budget.id} ${percent} ${count.spent}`);
  }
}

export type BudgetAnswer = 'ok' | 'wallet_not_found' | 'not_a_member' | 'id_taken';

/** Keeps what was counted as long as it counts the same. */
export function putBudget(ledger: Ledger, asked: BudgetTerms): BudgetAnswer {
  const wallet = ledger.wallets.get(asked.wallet);
  if (wallet === undefined) return 'wallet_not_found';
  if (asked.member !== null && !membershipOf(ledger, asked.wallet, asked.member)) {
    return 'not_a_member';
  }
  if (wallet.closed !== null) return 'wallet_not_found';
  const before = inForce(ledger, asked.id);
  if (before !== undefined && before.wallet !== asked.wallet) return 'id_taken';
  const terms = { ...asked, activeFrom: Math.max(asked.activeFrom, ledger.now) };
  if (before !== undefined && countsTheSame(ledger, before, terms)) {
    change(ledger, before, terms);
    return 'ok';
  }
  if (before !== undefined) before.endedAt = ledger.now;
  ledger.budgets.push({ ...terms, endedAt: Infinity, periods: new Map() });
  return 'ok';
}

/** Whether there was such a budget of this wallet. */
export function endBudget(ledger: Ledger, { id, wallet }: { id: string; wallet: string }): boolean {
  const budget = inForce(ledger, id);
  if (budget?.wallet !== wallet) return false;
  budget.endedAt = ledger.now;
  return true;
}

const inForce = (ledger: Ledger, id: string): Budget | undefined =>
  ledger.budgets.find((budget) => budget.id === id && budget.endedAt === Infinity);

const countsTheSame = (ledger: Ledger, before: Budget, terms: BudgetTerms): boolean =>
  (['member', 'product', 'key', 'period'] as const).every((part) => before[part] === terms[part]) &&
  Math.max(before.activeFrom, ledger.now) === terms.activeFrom;

function change(ledger: Ledger, budget: Budget, terms: BudgetTerms): void {
  const sameAlerts = budget.limit === terms.limit && budget.alertAt.join() === terms.alertAt.join();
  budget.limit = terms.limit;
  budget.alertAt = terms.alertAt;
  budget.enforced = terms.enforced;
  const present = budget.periods.get(ledger.calendar[budget.period]);
  if (present !== undefined && !sameAlerts) present.alerted = reached(present);
}

function budgetsOn(ledger: Ledger, spending: Spending): Budget[] {
  const { wallet, onBehalfOf, product, caller } = spending;
  return ledger.budgets.filter(
    (budget) =>
      (budget.wallet === wallet || budget.wallet === onBehalfOf) &&
      (budget.member ?? wallet) === wallet &&
      (budget.product ?? product) === product &&
      (budget.key ?? caller) === caller &&
      budget.activeFrom <= ledger.now &&
      ledger.now < budget.endedAt,
  );
}

const countOf = (ledger: Ledger, budget: Budget): PeriodCount =>
  budget.periods.get(ledger.calendar[budget.period]) ?? { budget, spent: 0n, held: 0n, alerted: 0 };

function reached({ budget, spent }: PeriodCount): number {
  const percents = budget.alertAt.filter(
    (percent) => spent > 0n && spent * 100n >= budget.limit * BigInt(percent),
  );
  return Math.max(0, ...percents);
}

import type {
  CaseState,
  NothingCompared,
  ReconciliationMode,
  ReconciliationReport,
  ReconciliationState,
} from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from '../reads/page.ts';
import type { ReconciliationKind } from './runs.ts';

/** A run and what it reported. */
export interface ReconciliationView {
  id: string;
  kind: ReconciliationKind;
  mode: ReconciliationMode;
  state: ReconciliationState;
  askedBy: string;
  from: Date | null;
  to: Date | null;
  /** What it is doing, in a line. */
  progress: string | null;
  report: ReconciliationReport | NothingCompared | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A difference between Stripe and the ledger; deltas are expected less actual. */
export interface CaseView {
  id: string;
  class: string;
  severity: 'critical' | 'warning' | 'info';
  subject: string;
  stripeIds: string[];
  wallet: string | null;
  /** The order's UUID. */
  purchase: string | null;
  expected: string;
  actual: string;
  /** Micro-credits. */
  deltaCredits: bigint;
  /** Minor units of `currency`. */
  deltaMinor: bigint;
  currency: string | null;
  state: CaseState;
  /** Repairs that failed one after the other, and since when nothing waits for them any more. */
  failures: number;
  parkedAt: Date | null;
  firstSeen: Date;
  lastSeen: Date;
  closedAt: Date | null;
  closedBy: string | null;
  reason: string | null;
}

/** A case as one run saw it. */
export interface FindingView extends CaseView {
  result: 'reported' | 'accepted' | 'repaired' | 'failed' | 'parked' | 'stopped';
  detail: string | null;
}

/** One page of runs, the newest first. */
export async function listReconciliations(
  db: Database,
  page: Page,
): Promise<PageOf<ReconciliationView>> {
  const found = await db<ReconciliationView[]>`
    ${selectRuns(db)}
    where ${page.before === undefined ? db`true` : db`r.id < ${page.before}::uuid`}
    order by r.id desc limit ${rowsToFetch(page)}`;
  return toPage(found, page, ({ id }) => id);
}

/** One run by its UUID. */
export async function readReconciliation(
  db: Database,
  id: string,
): Promise<ReconciliationView | null> {
  const rows = await db<ReconciliationView[]>`${selectRuns(db)} where r.id = ${id}`;
  return rows[0] ?? null;
}

/** One page of what a run found, the newest case first. */
export async function listFindings(
  db: Database,
  run: string,
  page: Page,
): Promise<PageOf<FindingView>> {
  const found = await db<FindingView[]>`
    select ${caseColumns(db)}, f.result, f.detail
    from bursar.reconciliation_findings f
    join bursar.reconciliation_cases c on c.id = f.case_id
    left join bursar.wallets w on w.id = c.wallet_id
    where f.run_id = ${run} ${page.before === undefined ? db`` : db`and c.id < ${page.before}::uuid`}
    order by c.id desc limit ${rowsToFetch(page)}`;
  return toPage(found, page, ({ id }) => id);
}

/** One page of cases, the newest first. */
export async function listCases(
  db: Database,
  filter: { state?: CaseState | undefined; class?: string | undefined },
  page: Page,
): Promise<PageOf<CaseView>> {
  const found = await db<CaseView[]>`
    select ${caseColumns(db)}
    from bursar.reconciliation_cases c
    left join bursar.wallets w on w.id = c.wallet_id
    where true
      ${filter.state === undefined ? db`` : inState(db, filter.state)}
      ${filter.class === undefined ? db`` : db`and c.class = ${filter.class}`}
      ${page.before === undefined ? db`` : db`and c.id < ${page.before}::uuid`}
    order by c.id desc limit ${rowsToFetch(page)}`;
  return toPage(found, page, ({ id }) => id);
}

/** Cases that are parked are open, and told apart. */
const inState = (db: Database, state: CaseState) =>
  state === 'parked'
    ? db`and c.state = 'open' and c.parked_at is not null`
    : db`and c.state = ${state} and c.parked_at is null`;

/** One case by its UUID. */
export async function readCase(db: Database, id: string): Promise<CaseView | null> {
  const rows = await db<CaseView[]>`
    select ${caseColumns(db)}
    from bursar.reconciliation_cases c
    left join bursar.wallets w on w.id = c.wallet_id
    where c.id = ${id}`;
  return rows[0] ?? null;
}

/** What the open cases are about, in all: absolute sums of their differences. */
export interface AtRisk {
  cases: number;
  /** Of them, those that no run repairs any more. */
  parked: number;
  /** Since when the oldest is open; null when none is. */
  oldest: Date | null;
  /** Micro-credits. */
  credits: bigint;
  /** Minor units by currency. */
  money: { currency: string; amount: bigint }[];
}

/** Sums the open cases. */
export async function readAtRisk(db: Database): Promise<AtRisk> {
  const rows = await db<
    {
      currency: string | null;
      cases: number;
      parked: number;
      oldest: Date;
      credits: bigint;
      amount: bigint;
    }[]
  >`
    select c.currency, count(*)::integer as cases, count(c.parked_at)::integer as parked, min(c.first_seen) as oldest, sum(abs(c.delta_credits))::bigint as credits,
      sum(abs(c.delta_minor))::bigint as amount
    from bursar.reconciliation_cases c
    where c.state = 'open'
    group by c.currency order by c.currency`;
  return {
    cases: rows.reduce((sum, row) => sum + row.cases, 0),
    parked: rows.reduce((sum, row) => sum + row.parked, 0),
    oldest: rows.reduce<Date | null>(
      (oldest, row) => (oldest === null || row.oldest < oldest ? row.oldest : oldest),
      null,
    ),
    credits: rows.reduce((sum, row) => sum + row.credits, 0n),
    money: rows.flatMap(({ currency, amount }) =>
      currency === null || amount === 0n ? [] : [{ currency, amount }],
    ),
  };
}

/** An operator closes a case and says why; false when it is not open any more. */
export async function resolveCase(
  db: Database,
  id: string,
  by: string,
  reason: string,
): Promise<boolean> {
  const [row] = await db<[{ resolved: boolean }]>`
    select bursar.resolve_case(${id}, ${by}, ${reason}) as resolved`;
  return row.resolved;
}

/** A person wants a parked case repaired again; false when it is not parked. */
export async function retryCase(db: Database, id: string): Promise<boolean> {
  const [row] = await db<[{ retried: boolean }]>`select bursar.retry_case(${id}) as retried`;
  return row.retried;
}

const selectRuns = (db: Database) => db`
  select r.id, r.kind, r.mode, r.state, r.asked_by as "askedBy", r.window_from as "from", r.window_to as "to",
    r.progress, r.report, r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt"
  from bursar.reconciliation_runs r`;

const caseColumns = (db: Database) => db`
  c.id, c.class, c.severity, c.subject, c.stripe_ids as "stripeIds", w.owner as wallet, c.purchase_id as purchase,
  c.expected, c.actual, c.delta_credits as "deltaCredits", c.delta_minor as "deltaMinor", c.currency,
  case when c.parked_at is null then c.state::text else 'parked' end as state, c.failures, c.parked_at as "parkedAt",
  c.first_seen as "firstSeen", c.last_seen as "lastSeen", c.closed_at as "closedAt", c.closed_by as "closedBy", c.reason`;

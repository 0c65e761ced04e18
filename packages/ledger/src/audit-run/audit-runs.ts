import type { AuditReport } from '../audit/audit.ts';
import type { Database } from '../database/connect.ts';
import { whileAlone } from '../database/while-alone.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from '../reads/page.ts';

/** Any number, the same for every process that audits this database. */
const AUDIT_LOCK = 6_204_418_734n;

export type AuditState = 'waiting' | 'running' | 'done' | 'failed';

/** A run of the audit; `report` once it is done. */
export interface AuditView {
  id: string;
  askedBy: string;
  state: AuditState;
  /** What it is doing, in a line, or why it failed. */
  progress: string | null;
  /** No statement is false and none was skipped. */
  sound: boolean | null;
  report: KeptReport | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** As JSON keeps it: numbers of rows are decimal texts. */
export interface KeptReport {
  tookMs: number;
  checks: {
    name: string;
    statement: string;
    covered: string;
    violations: { subject: string; detail: string }[];
    count: string;
    failure: string | null;
    tookMs: number;
  }[];
}

/** Writes down that a run is wanted and answers its UUID; one that waits already is that run. */
export async function askAudit(db: Database, askedBy: string): Promise<string> {
  const [row] = await db<[{ id: string }]>`select bursar.ask_audit(${askedBy}) as id`;
  return row.id;
}

/** Runs `work` while no other process audits this database; `null` when one does. */
export const whileAuditingAlone = <Result>(
  db: Database,
  work: () => Promise<Result>,
): Promise<Result | null> => whileAlone(db, AUDIT_LOCK, work);

/** Begins the oldest run that waits and answers its UUID; `null` when none does. */
export async function beginAudit(db: Database): Promise<string | null> {
  const [row] = await db<[{ id: string | null }]>`select bursar.begin_audit() as id`;
  return row.id;
}

/** Says in a line what a run is doing, for whoever waits for it. */
export async function noteAudit(db: Database, id: string, text: string): Promise<void> {
  await db`select bursar.note_audit(${id}, ${text})`;
}

/** Ends a run with its report, or with the reason why there is none. */
export async function finishAudit(
  db: Database,
  id: string,
  outcome: AuditReport | { failure: string },
): Promise<void> {
  if ('failure' in outcome) {
    await db`select bursar.finish_audit(${id}, null, null, ${outcome.failure})`;
    return;
  }
  const report = JSON.stringify(keptReport(outcome));
  await db`select bursar.finish_audit(${id}, ${outcome.ok}, ${report}::text::jsonb, null)`;
}

const keptReport = ({ checks, tookMs }: AuditReport): KeptReport => ({
  tookMs,
  checks: checks.map((check) => ({
    ...check,
    covered: check.covered.toString(),
    count: check.count.toString(),
  })),
});

/** One page of runs, the newest first. */
export async function listAudits(db: Database, page: Page): Promise<PageOf<AuditView>> {
  const found = await db<AuditView[]>`
    ${selectAudits(db)}
    where ${page.before === undefined ? db`true` : db`a.id < ${page.before}::uuid`}
    order by a.id desc limit ${rowsToFetch(page)}`;
  return toPage(found, page, ({ id }) => id);
}

/** One run by its UUID. */
export async function readAudit(db: Database, id: string): Promise<AuditView | null> {
  const rows = await db<AuditView[]>`${selectAudits(db)} where a.id = ${id}`;
  return rows[0] ?? null;
}

const selectAudits = (db: Database) => db`
  select a.id, a.asked_by as "askedBy", a.state, a.progress, a.sound, a.report, a.created_at as "createdAt",
    a.started_at as "startedAt", a.finished_at as "finishedAt"
  from bursar.audits a`;

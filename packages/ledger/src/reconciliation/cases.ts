import { FINDING_CLASSES, type FindingClass } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** A difference between Stripe and the ledger, as one pass of one run sees it. */
export interface Finding {
  class: FindingClass;
  /** What is judged; with the class it names the case. */
  subject: string;
  stripeIds: readonly string[];
  /** Whose wallet it concerns, e.g. `user:ana`. */
  wallet: string | null;
  /** The order's UUID. */
  purchase: string | null;
  expected: string;
  actual: string;
  /** Micro-credits, expected less actual. */
  deltaCredits: bigint;
  /** Minor units of `currency`, expected less actual. */
  deltaMinor: bigint;
  currency: string | null;
}

export interface RecordedFinding extends Finding {
  caseId: string;
  /** `accepted`: an operator closed this very case before. `parked`: repairing it has failed too often. */
  result: 'reported' | 'accepted' | 'parked';
}

/** Makes cases of findings, or finds those they are already. At most one finding per class and subject. */
export async function recordFindings(
  db: Database,
  run: string,
  pass: string,
  findings: readonly Finding[],
): Promise<RecordedFinding[]> {
  if (findings.length === 0) return [];
  const told = findings.map((one) => ({
    class: one.class,
    subject: one.subject,
    pass,
    severity: FINDING_CLASSES[one.class].severity,
    stripe_ids: one.stripeIds,
    wallet: one.wallet,
    purchase: one.purchase,
    expected: one.expected,
    actual: one.actual,
    delta_credits: one.deltaCredits.toString(),
    delta_minor: one.deltaMinor.toString(),
    currency: one.currency,
  }));
  const rows = await db<
    { class: string; subject: string; caseId: string; result: RecordedFinding['result'] }[]
  >`
    select r.class, r.subject, r.case_id as "caseId", r.result
    from bursar.record_findings(${run}, ${JSON.stringify(told)}::text::jsonb) r`;
  const cases = new Map(rows.map((row) => [`${row.class} ${row.subject}`, row]));
  return findings.map((one) => {
    const row = cases.get(`${one.class} ${one.subject}`);
    if (row === undefined) throw new Error(`The case of ${one.class} ${one.subject} is missing.`);
    return { ...one, caseId: row.caseId, result: row.result };
  });
}

export interface FindingResult {
  caseId: string;
  /** `reported` with a detail: something was prepared for a person. */
  result: 'repaired' | 'failed' | 'stopped' | 'reported';
  detail: string;
  /** Of a failure: whether it is likely to happen again, unlike an outage. */
  lasting: boolean;
}

/** After so many failures one after the other a case waits for a person, or for a change. */
const ATTEMPTS_BEFORE_PARKED = 5;

/**
 * Notes what became of findings; what was repaired closes its case, what failed too often parks it.
 * Returns the cases that are parked now.
 */
export async function settleFindings(
  db: Database,
  run: string,
  results: readonly FindingResult[],
): Promise<Set<string>> {
  if (results.length === 0) return new Set();
  const told = results.map(({ caseId, ...rest }) => ({ case_id: caseId, ...rest }));
  const rows = await db<{ id: string }[]>`
    select s as id
    from bursar.settle_findings(${run}, ${JSON.stringify(told)}::text::jsonb, ${ATTEMPTS_BEFORE_PARKED}) s`;
  return new Set(rows.map(({ id }) => id));
}

/** Closes the open cases of subjects that a pass has judged in this run and found in order. */
export async function closeUnfound(
  db: Database,
  run: string,
  pass: string,
  subjects: readonly string[],
): Promise<number> {
  const [row] = await db<[{ closed: number }]>`
    select bursar.close_unfound(${run}, ${pass}, ${[...subjects]}::text[]) as closed`;
  return row.closed;
}

/** Subjects of a pass that have open cases; they are judged again however old they are. */
export async function readOpenSubjects(
  db: Database,
  pass: string,
  limit: number,
): Promise<string[]> {
  const rows = await db<{ subject: string }[]>`
    select c.subject from bursar.reconciliation_cases c
    where c.state = 'open' and c.pass = ${pass} order by c.last_seen limit ${limit}`;
  return rows.map(({ subject }) => subject);
}

import type { LedgerTransaction } from '../database/connect.ts';

/** What contradicts a statement: which row, and what it says against what it should say. */
export interface Violation {
  subject: string;
  detail: string;
}

export interface CheckResult {
  name: string;
  /** The sentence that is proven. */
  statement: string;
  /** How many rows were looked at. */
  covered: bigint;
  /** The first twenty. */
  violations: Violation[];
  /** How many violations there are in all. */
  count: bigint;
  /** Why the check could not run; it then counts as failed. */
  failure: string | null;
  tookMs: number;
}

/** What one run of a check finds. */
export type Finding = Pick<CheckResult, 'covered' | 'violations' | 'count'>;

export interface Check {
  name: string;
  statement: string;
  run(tx: LedgerTransaction): Promise<Finding>;
}

/** A check in SQL: `covers` counts what it looks at, `violations` selects `subject` and `detail`. */
export interface SqlCheck {
  name: string;
  statement: string;
  covers: string;
  violations: string;
}

export const VIOLATIONS_SHOWN = 20;

/** Makes a runnable check of two queries that are constants of this folder. */
export const fromSql = (check: SqlCheck): Check => ({
  name: check.name,
  statement: check.statement,
  async run(tx) {
    const counted = await tx.unsafe<{ covered: bigint }[]>(
      `select (${check.covers})::bigint as covered`,
    );
    const rows = await tx.unsafe<(Violation & { count: bigint })[]>(`
      select v.subject::text as subject, v.detail, count(*) over () as count
      from (${check.violations}) v (subject, detail)
      order by 1
      limit ${VIOLATIONS_SHOWN}`);
    return {
      covered: counted[0]?.covered ?? 0n,
      count: rows[0]?.count ?? 0n,
      violations: rows.map(({ subject, detail }) => ({ subject, detail })),
    };
  },
});

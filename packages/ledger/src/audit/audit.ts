import type { Database, LedgerTransaction } from '../database/connect.ts';
import { allChecks } from './all-checks.ts';
import type { Check, CheckResult } from './check.ts';

export interface AuditReport {
  checks: CheckResult[];
  /** No statement is false and none was skipped. */
  ok: boolean;
  tookMs: number;
}

export interface AuditOptions {
  /** Told about each check when it begins and when it ends, for a person who waits. */
  log?: (line: string) => void;
  /** Waited for before each check begins: how many are done, and of how many. */
  onProgress?: (done: number, total: number) => Promise<void>;
}

/** No check may hold its snapshot longer than this, because a snapshot keeps dead rows alive. */
const CHECK_LIMIT = '30min';

/**
 * Proves the ledger's rules over the whole ledger, in one read-only snapshot, and repairs nothing.
 * Connect as `bursar_auditor`, best to a replica: the snapshot holds back vacuum while it lasts.
 * A check that fails to run is a result with `failure` and makes the report not ok.
 *
 * @throws on outages that end the connection.
 */
export async function audit(db: Database, options: AuditOptions = {}): Promise<AuditReport> {
  const startedMs = performance.now();
  const checks: CheckResult[] = await db.begin(
    'isolation level repeatable read read only',
    async (tx) => {
      await tx.unsafe(`
      set local statement_timeout = '${CHECK_LIMIT}';
      set local idle_in_transaction_session_timeout = '1min';
      set local work_mem = '64MB';
      set local jit = off`);
      const results: CheckResult[] = [];
      for (const [done, check] of allChecks.entries()) {
        await options.onProgress?.(done, allChecks.length);
        const result = await runCheck(tx, check);
        options.log?.(lineOf(result));
        results.push(result);
      }
      return results;
    },
  );
  return {
    checks,
    ok: checks.every((check) => check.failure === null && check.count === 0n),
    tookMs: Math.round(performance.now() - startedMs),
  };
}

/** A savepoint each, so that one check that cannot run leaves the others their snapshot. */
async function runCheck(tx: LedgerTransaction, check: Check): Promise<CheckResult> {
  const startedMs = performance.now();
  const { name, statement } = check;
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  try {
    const finding = await tx.savepoint((savepoint) => check.run(savepoint));
    return { name, statement, ...finding, failure: null, tookMs: elapsedMs() };
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    return {
      name,
      statement,
      covered: 0n,
      violations: [],
      count: 0n,
      failure,
      tookMs: elapsedMs(),
    };
  }
}

const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CONNECTION_');

function lineOf(result: CheckResult): string {
  const verdict =
    result.failure !== null
      ? `could not run: ${result.failure}`
      : result.count === 0n
        ? 'holds'
        : `is false ${result.count} times`;
  return `${result.name}: ${verdict} (${result.covered} rows, ${result.tookMs} ms)`;
}

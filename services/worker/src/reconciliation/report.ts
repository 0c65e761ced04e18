import type { MoneyProof, PassReport, ReconciliationReport } from '@bursar/contracts';
import { readPaymentHealth } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';
import type { RepairAllowance } from './repair-findings.ts';
import type { PassRun } from './run-pass.ts';

const DEAD_LETTERS_COUNTED = 1_000;
const PROBLEMS_SHOWN = 50;

/** Puts a run's report together. */
export async function buildReport(
  { db, queues }: WorkerContext,
  passes: readonly PassRun[],
  problems: readonly string[],
  rest: { proof: MoneyProof | null; allowance: RepairAllowance; apiCalls: number },
): Promise<ReconciliationReport> {
  const reports = passes.map(({ report }) => report);
  const findings = passes.flatMap((pass) => pass.findings);
  const letters = await queues.listDeadLetters({ queue: 'payments', limit: DEAD_LETTERS_COUNTED });
  const { oldestWaitingEventSeconds } = await readPaymentHealth(db);
  const reasons = [
    ...problems,
    ...reports.flatMap((report) => report.problems),
    ...(rest.allowance.tripped ? ['The run had made as many repairs as one run may.'] : []),
  ];
  return {
    api_calls: rest.apiCalls,
    objects: Object.assign({}, ...passes.map(({ seen }) => seen)),
    counts: countBy(findings.map((one) => one.class)),
    findings: findings.length,
    repaired: total(reports, 'repaired'),
    unresolved: total(reports, 'unresolved'),
    parked: total(reports, 'parked'),
    stopped: rest.allowance.tripped,
    partial_reasons: reasons.slice(0, PROBLEMS_SHOWN),
    passes: reports,
    money_proof: rest.proof,
    oldest_waiting_event_seconds: oldestWaitingEventSeconds,
    dead_letters: letters.length,
  };
}

const total = (
  reports: readonly PassReport[],
  what: 'repaired' | 'unresolved' | 'parked',
): number => reports.reduce((sum, report) => sum + report[what], 0);

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]),
  );

import { FINDING_CLASSES } from '@bursar/contracts';
import {
  closeUnfound,
  readOpenSubjects,
  recordFindings,
  settleFindings,
  type Finding,
  type FindingResult,
  type RecordedFinding,
} from '@bursar/ledger/operations';
import { reasonOf, type Examination, type Pass, type Scope } from './pass.ts';

const OPEN_SUBJECTS_MAX = 1_000;

/** How a pass went, as it stands in the report. */
export interface PassReport {
  name: string;
  findings: number;
  repaired: number;
  /** Found, and still not right. */
  unresolved: number;
  /** Why not everything was judged or repaired. */
  problems: string[];
}

/** How many repairs a run may still make; at zero the rest of its findings waits for a person. */
export interface RepairAllowance {
  left: number;
  tripped: boolean;
}

export interface PassRun {
  report: PassReport;
  seen: Examination['seen'];
  findings: RecordedFinding[];
  results: FindingResult[];
}

/** Examines, makes cases of what is found, and repairs what may be. A failure stays within the pass. */
export async function runPass(
  pass: Pass,
  run: string,
  base: Omit<Scope, 'openSubjects'>,
  allowance: RepairAllowance | null,
): Promise<PassRun> {
  const { db } = base.context;
  const openSubjects = await readOpenSubjects(db, pass.name, OPEN_SUBJECTS_MAX);
  const scope: Scope = { ...base, openSubjects };
  const examined = await examine(pass, scope);
  const findings = await recordFindings(db, run, pass.name, onePerCase(examined.findings));
  for (const one of findings) for (const id of one.stripeIds) scope.explained.add(id);
  await closeUnfound(db, run, pass.name, examined.judged);
  const results = allowance === null ? [] : await repairAll(pass, scope, findings, allowance);
  await settleFindings(db, run, results);
  const failed = results.filter(({ result }) => result === 'failed');
  const repaired = results.filter(({ result }) => result === 'repaired').length;
  const accepted = findings.filter(({ result }) => result === 'accepted').length;
  const report = {
    name: pass.name,
    findings: findings.length,
    repaired,
    unresolved: findings.length - repaired - accepted,
    problems: [
      ...examined.failures.map(({ subject, reason }) => `${subject}: ${reason}`),
      ...failed.map(({ detail }) => detail),
    ],
  };
  return { report, seen: examined.seen, findings, results };
}

async function examine(pass: Pass, scope: Scope): Promise<Examination> {
  try {
    return await pass.examine(scope);
  } catch (error) {
    const reason = reasonOf(error);
    scope.context.log.warn({ pass: pass.name, reason }, 'A reconciliation pass did not finish');
    return { findings: [], judged: [], seen: {}, failures: [{ subject: pass.name, reason }] };
  }
}

const onePerCase = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((one) => [`${one.class} ${one.subject}`, one])).values(),
];

async function repairAll(
  pass: Pass,
  scope: Scope,
  findings: readonly RecordedFinding[],
  allowance: RepairAllowance,
): Promise<FindingResult[]> {
  const results: FindingResult[] = [];
  for (const finding of findings) {
    const isAutomatic = FINDING_CLASSES[finding.class].repair === 'auto';
    if (pass.repair === undefined || !isAutomatic || finding.result === 'accepted') continue;
    results.push({ caseId: finding.caseId, ...(await repairOne(pass, scope, finding, allowance)) });
  }
  return results;
}

async function repairOne(
  pass: Pass,
  scope: Scope,
  finding: RecordedFinding,
  allowance: RepairAllowance,
): Promise<Omit<FindingResult, 'caseId'>> {
  if (allowance.left === 0) {
    allowance.tripped = true;
    return { result: 'stopped', detail: 'The run had made as many repairs as one run may.' };
  }
  // Handling a missed event late is delivery and not a correction of what we did.
  if (finding.class !== 'MISSED_EVENT') allowance.left -= 1;
  try {
    const { result, detail } = (await pass.repair?.(scope, finding)) ?? NOT_REPAIRED;
    return { result, detail };
  } catch (error) {
    return { result: 'failed', detail: `${finding.subject}: ${reasonOf(error)}` };
  }
}

const NOT_REPAIRED = { result: 'failed', detail: 'The pass cannot repair.' } as const;

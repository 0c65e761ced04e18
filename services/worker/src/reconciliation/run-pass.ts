import type { PassReport } from '@bursar/contracts';
import {
  closeUnfound,
  readOpenSubjects,
  recordFindings,
  settleFindings,
  type Finding,
  type FindingResult,
  type RecordedFinding,
} from '@bursar/ledger/operations';
import { isLasting, reasonOf, type Examination, type Pass, type Scope } from './pass.ts';
import { passReport } from './pass-report.ts';
import { repairFindings, type RepairAllowance } from './repair-findings.ts';

const OPEN_SUBJECTS_MAX = 1_000;

export interface PassRun {
  report: PassReport;
  seen: Examination['seen'];
  findings: RecordedFinding[];
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
  const { examined, outage } = await examine(pass, scope);
  const unread = examined.failures.map(notJudged);
  const found = onePerCase([...examined.findings, ...unread]);
  const findings = await recordFindings(db, run, pass.name, found);
  for (const one of findings) for (const id of one.stripeIds) scope.explained.add(id);
  const judged = judgedBy(examined);
  await closeUnfound(db, run, pass.name, judged);
  const results = [
    ...unreadResults(examined.failures, findings),
    ...(allowance === null ? [] : await repairFindings(pass, scope, findings, allowance)),
  ];
  const parked = await settleFindings(db, run, results);
  for (const one of findings) if (one.result === 'parked') parked.add(one.caseId);
  const report = passReport(pass.name, { judged, findings, results, parked, outage });
  return { report, seen: examined.seen, findings };
}

/** What cannot even be listed is an outage, and about no object. */
async function examine(
  pass: Pass,
  scope: Scope,
): Promise<{ examined: Examination; outage: string | null }> {
  try {
    return { examined: await pass.examine(scope), outage: null };
  } catch (error) {
    const reason = reasonOf(error);
    scope.context.log.warn(
      { pass: pass.name, reason, lasting: isLasting(error) },
      'A reconciliation pass did not finish',
    );
    const examined = { findings: [], judged: [], seen: {}, failures: [] };
    return { examined, outage: `${pass.name}: ${reason}` };
  }
}

function judgedBy({ judged, failures }: Examination): string[] {
  const failed = new Set(failures.map(({ subject }) => subject));
  return [...new Set(judged)].filter((subject) => !failed.has(subject));
}

const onePerCase = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((one) => [`${one.class} ${one.subject}`, one])).values(),
];

/** An object that cannot be read or compared is a case like any other, so that it cannot hold runs up for ever. */
const notJudged = ({ subject }: { subject: string }): Finding => ({
  class: 'NOT_JUDGED',
  subject,
  stripeIds: /^[a-z]+_\w+$/.test(subject) ? [subject] : [],
  wallet: null,
  purchase: null,
  expected: 'both sides can be compared',
  actual: 'they could not be',
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: null,
});

function unreadResults(
  failures: Examination['failures'],
  findings: readonly RecordedFinding[],
): FindingResult[] {
  const cases = new Map(
    findings.filter((one) => one.class === 'NOT_JUDGED').map((one) => [one.subject, one]),
  );
  return failures.flatMap(({ subject, reason, lasting }) => {
    const found = cases.get(subject);
    if (found === undefined || found.result !== 'reported') return [];
    return [
      {
        caseId: found.caseId,
        result: 'failed' as const,
        detail: `${subject}: ${reason}`,
        lasting,
      },
    ];
  });
}

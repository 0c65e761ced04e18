import { formatAmount, type PassReport } from '@bursar/contracts';
import type { FindingResult, RecordedFinding } from '@bursar/ledger/operations';

const PROBLEMS_SHOWN = 50;

/** Sums up what a pass found and did. */
export function passReport(
  name: string,
  pass: {
    judged: readonly string[];
    findings: readonly RecordedFinding[];
    results: readonly FindingResult[];
    parked: ReadonlySet<string>;
    /** Why it could not be carried out at all. */
    outage: string | null;
  },
): PassReport {
  const { judged, findings, results, parked } = pass;
  const repaired = new Set(
    results.filter(({ result }) => result === 'repaired').map(({ caseId }) => caseId),
  );
  const left = findings.filter(
    ({ caseId, result }) => result !== 'accepted' && !repaired.has(caseId),
  );
  const failed = results.filter(({ result, caseId }) => result === 'failed' && !parked.has(caseId));
  const subjects = new Set(findings.map(({ subject }) => subject));
  const compared = new Set([...judged, ...subjects]).size;
  return {
    name,
    compared,
    matched: compared - subjects.size,
    findings: findings.length,
    repaired: repaired.size,
    parked: parked.size,
    unresolved: left.length,
    at_risk: atRisk(left),
    problems: [
      ...(pass.outage === null ? [] : [pass.outage]),
      ...failed.map(({ detail }) => detail),
    ].slice(0, PROBLEMS_SHOWN),
    parked_cases: findings
      .filter(({ caseId }) => parked.has(caseId))
      .map((one) => `${one.class} ${one.subject}: ${one.actual}`)
      .slice(0, PROBLEMS_SHOWN),
  };
}

function atRisk(findings: readonly RecordedFinding[]): PassReport['at_risk'] {
  const money = Map.groupBy(
    findings.filter(({ currency, deltaMinor }) => currency !== null && deltaMinor !== 0n),
    ({ currency }) => currency ?? '',
  );
  return {
    credits: formatAmount(sumOf(findings.map((one) => one.deltaCredits))),
    money: [...money]
      .map(([currency, all]) => ({
        currency,
        amount: sumOf(all.map((one) => one.deltaMinor)).toString(),
      }))
      .toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
  };
}

const sumOf = (deltas: readonly bigint[]): bigint =>
  deltas.reduce((sum, delta) => sum + (delta < 0n ? -delta : delta), 0n);

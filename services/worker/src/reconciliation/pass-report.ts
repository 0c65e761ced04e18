import type { FindingResult, RecordedFinding } from '@bursar/ledger/operations';

/** How a pass went, as it stands in the report. */
export interface PassReport {
  name: string;
  /** Subjects that were judged, and those of them without a finding. */
  compared: number;
  matched: number;
  findings: number;
  repaired: number;
  /** Repaired in vain so often that no run waits for them any more. */
  parked: number;
  /** Found, and still not right; those that are parked included. */
  unresolved: number;
  /** What is not right, in all: absolute sums of micro-credits and of minor units by currency. */
  at_risk: { credits: string; money: { currency: string; amount: string }[] };
  /** Why not everything was judged or repaired. */
  problems: string[];
  /** The parked cases, each with what is wrong. */
  parked_cases: string[];
}

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
    credits: sumOf(findings.map((one) => one.deltaCredits)).toString(),
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

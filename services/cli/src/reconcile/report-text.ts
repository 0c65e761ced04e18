import {
  formatAmount,
  formatMinor,
  ReconciliationReport,
  toPublicId,
  type StatementDay,
} from '@bursar/contracts';
import type { AtRisk, FindingView, ReconciliationView } from '@bursar/ledger/reads';
import { minorPerMajor } from '@bursar/payments';
import { table } from '../output.ts';

/** Reads what the worker reported; a newer one may tell more. */
export const reportOf = (run: ReconciliationView): ReconciliationReport =>
  ReconciliationReport.parse(run.report);

/** The report as a person reads it: what was compared, what differs, what the money says. */
export function reportText(
  run: ReconciliationView,
  findings: readonly FindingView[],
  risk: AtRisk,
): string {
  const report = reportOf(run);
  const objects = Object.entries(report.objects).map(([name, count]) => `${count} ${name}`);
  return [
    `${toPublicId('rec', run.id)}: ${run.from?.toISOString()} to ${run.to?.toISOString()}, ${run.mode}, ${run.state}.`,
    `Compared ${objects.join(', ').replaceAll('_', ' ')} with ${report.api_calls} calls.`,
    ...passesText(report),
    ...(findings.length === 0 ? [] : ['', findingsTable(findings)]),
    ...proofText(report),
    '',
    ...report.partial_reasons.map((reason) => `Not everything could be judged: ${reason}`),
    `${findings.length} differences, ${report.repaired} repaired, ${report.parked} parked, ${report.unresolved} unresolved. ${riskText(risk)}`,
  ].join('\n');
}

const findingsTable = (findings: readonly FindingView[]): string =>
  table(
    ['case', 'class', 'severity', 'result', 'wallet', 'expected', 'actual', 'credits', 'money'],
    findings.map((one) => [
      toPublicId('case', one.id),
      one.class,
      one.severity,
      one.result,
      one.wallet ?? '',
      one.expected,
      one.actual,
      formatAmount(one.deltaCredits),
      one.currency === null ? '' : `${moneyOf(one.deltaMinor, one.currency)} ${one.currency}`,
    ]),
  );

function proofText({ money_proof: proof }: ReconciliationReport): string[] {
  if (proof === null) return ['', 'The money could not be proven.'];
  const verdict = proof.holds
    ? `The money is proven; ${proof.item_count} balance transactions are not booked, ${proof.in_flight_count} legs are in flight.`
    : 'The money is NOT proven: a residual is not what the listed items say.';
  return ['', ...(proof.statement.length === 0 ? [] : [statementTable(proof.statement)]), verdict];
}

const SUMS = [
  'opening',
  'inflow',
  'fees',
  'refunds',
  'disputes',
  'payouts',
  'other',
  'closing',
  'outside',
  'difference',
] as const satisfies readonly (keyof StatementDay)[];

const statementTable = (days: readonly StatementDay[]): string =>
  table(
    ['day', 'currency', ...SUMS],
    days.map((one) => [
      one.day,
      one.currency,
      ...SUMS.map((sum) => moneyOf(BigInt(one[sum]), one.currency)),
    ]),
  );

/** The comparisons that found something, each with what became of it. */
const passesText = ({ passes }: ReconciliationReport): string[] =>
  passes
    .filter(({ findings }) => findings > 0)
    .map(
      ({ name, compared, matched, findings, repaired, parked, unresolved }) =>
        `${name}: ${compared} compared, ${matched} matched, ${findings} found, ${repaired} repaired, ${parked} parked, ${unresolved} unresolved`,
    );

const moneyOf = (minor: bigint, currency: string): string =>
  formatMinor(minor, minorPerMajor(currency));

const riskText = ({ cases, credits, money }: AtRisk): string =>
  cases === 0
    ? 'No case is open.'
    : `${cases} cases are open, about ${[`${formatAmount(credits)} credits`, ...money.map((one) => `${moneyOf(one.amount, one.currency)} ${one.currency}`)].join(', ')}.`;

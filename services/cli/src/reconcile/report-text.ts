import { formatAmount, toPublicId } from '@bursar/contracts';
import type { AtRisk, FindingView, ReconciliationView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { table } from '../output.ts';

const Sums = z.object({ count: z.number(), amount: z.string(), fee: z.string() });
const Report = z.object({
  api_calls: z.number(),
  objects: z.record(z.string(), z.number()),
  repaired: z.number(),
  unresolved: z.number(),
  partial_reasons: z.array(z.string()),
  oldest_waiting_event_seconds: z.number().nullable(),
  dead_letters: z.number(),
  money_proof: z
    .object({
      holds: z.boolean(),
      rows: z.array(
        z.object({
          currency: z.string(),
          day: z.string(),
          category: z.string(),
          stripe: Sums,
          ledger: Sums,
          residual: z.object({ amount: z.string(), fee: z.string() }),
        }),
      ),
      itemCount: z.number(),
      inFlightCount: z.number(),
    })
    .nullable(),
});
export type Report = z.infer<typeof Report>;

/** Reads what the worker reported; a newer one may tell more. */
export const reportOf = (run: ReconciliationView): Report => Report.parse(run.report);

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
    ...(findings.length === 0 ? [] : ['', findingsTable(findings)]),
    ...proofText(report),
    '',
    ...report.partial_reasons.map((reason) => `Not everything could be judged: ${reason}`),
    `${findings.length} differences, ${report.repaired} repaired, ${report.unresolved} unresolved. ${riskText(risk)}`,
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
      `${one.deltaMinor} ${one.currency ?? ''}`.trim(),
    ]),
  );

function proofText({ money_proof: proof }: Report): string[] {
  if (proof === null) return ['', 'The money could not be proven.'];
  const rows = proof.rows.map((row) => [
    row.day,
    row.currency,
    row.category,
    row.stripe.amount,
    row.ledger.amount,
    row.residual.amount,
    row.stripe.fee,
    row.ledger.fee,
  ]);
  const header = ['day', 'currency', 'category', 'Stripe', 'ledger', 'residual', 'fee', 'booked'];
  const verdict = proof.holds
    ? `The money is proven; ${proof.itemCount} balance transactions are not booked, ${proof.inFlightCount} legs are in flight.`
    : 'The money is NOT proven: a residual is not what the listed items say.';
  return ['', ...(rows.length === 0 ? [] : [table(header, rows)]), verdict];
}

const riskText = ({ cases, credits, money }: AtRisk): string =>
  cases === 0
    ? 'No case is open.'
    : `${cases} cases are open, about ${[`${formatAmount(credits)} credits`, ...money.map((one) => `${one.amount} ${one.currency}`)].join(', ')}.`;

import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import { Text } from '@mantine/core';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { ChartWithTable } from '../../ui/chart-with-table.tsx';
import { formatDay } from '../../ui/moment.tsx';
import type { Simulation } from './use-simulation.ts';

const texts = t.rules.result;

/** What a rule would have done in each of the last periods, drawn and in digits. */
export function SimulationResult({ simulation }: { simulation: Simulation }) {
  const { periods } = simulation;
  if (periods.every(({ amount }) => amount === '0')) {
    return (
      <Text size="sm" component="output">
        {summaryOf(simulation)}
      </Text>
    );
  }
  return (
    <ChartWithTable
      title={texts.title}
      order={3}
      summary={summaryOf(simulation)}
      kind="bars"
      height={200}
      data={periods.map(({ period, amount }) => ({ period, amount: Number(amount) }))}
      x="period"
      formatX={formatDay}
      series={[{ name: 'amount', label: texts.series, color: 'indigo.6' }]}
      table={{
        columns: texts.columns,
        rows: periods.map(({ period, outcome, members, amount }) => ({
          key: period,
          cells: [
            formatDay(period),
            texts.outcomes[outcome] ?? outcome,
            members,
            formatCredits(amount),
          ],
        })),
      }}
    />
  );
}

function summaryOf({ kind, periods }: Simulation): string {
  const moved = periods.filter(({ outcome }) => outcome !== 'wait');
  const waits = periods.length - moved.length;
  const sum = moved.reduce((total, { amount }) => {
    const parsed = parseAmount(amount);
    return total + (parsed.ok ? parsed.micro : 0n);
  }, 0n);
  const done =
    sum === 0n
      ? texts.none
      : texts.summary(periods.length, formatCredits(formatAmount(sum)), texts.verbs[kind]);
  return waits === 0 ? done : `${done} ${texts.waits(waits)}`;
}

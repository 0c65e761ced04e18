import { Badge, Card, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../../texts/for-operators.ts';
import { ChartWithTable } from '../../../ui/chart-with-table.tsx';
import type { StatementDay } from './reconciliation.ts';
import { drawnMoney, formatMinor } from './words.ts';

const r = t.reconciliation;
const c = r.columns;

/** What is drawn: each kind of movement in a colour of its own. */
const DRAWN = [
  { name: 'inflow', label: c.inflow, color: 'teal.6' },
  { name: 'fees', label: c.fees, color: 'grape.6' },
  { name: 'refunds', label: c.refunds, color: 'orange.6' },
  { name: 'disputes', label: c.disputes, color: 'red.6' },
  { name: 'payouts', label: c.payouts, color: 'indigo.6' },
] as const;

const FIGURES = [
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
] as const;

/** The money at Stripe day by day, proven from the cash book, one currency at a time. */
export function MoneyProof({ statement }: { statement: readonly StatementDay[] }) {
  const currencies = [...new Set(statement.map(({ currency }) => currency))];
  const [chosen, choose] = useState(currencies[0] ?? '');
  const days = statement.filter(({ currency }) => currency === chosen);
  const proven = statement.every(({ difference }) => difference === '0');
  if (currencies.length === 0) {
    return (
      <Card>
        <Text>{r.proofEmpty}</Text>
      </Card>
    );
  }
  return (
    <Card>
      <Stack>
        {currencies.length > 1 && (
          <SegmentedControl
            aria-label={r.proof}
            value={chosen}
            onChange={choose}
            data={currencies.map((value) => ({ value, label: value.toUpperCase() }))}
          />
        )}
        <ChartWithTable
          title={r.proof}
          summary={
            <Group gap="xs" component="span">
              <Badge color={proven ? 'green' : 'red'} variant="light">
                {r.proofDays(days.length)}
              </Badge>
              {proven ? r.proofHolds : r.proofBroken} {r.proofUtc}
            </Group>
          }
          kind="bars"
          x="day"
          series={[...DRAWN]}
          data={days.map((day) => drawnOf(day))}
          table={{
            columns: [c.day, ...FIGURES.map((name) => c[name])],
            rows: days.map((day) => ({
              key: day.day,
              cells: [day.day, ...FIGURES.map((name) => formatMinor(day[name], day.currency))],
            })),
          }}
        />
      </Stack>
    </Card>
  );
}

const drawnOf = (day: StatementDay): Record<string, string | number> => ({
  day: day.day,
  ...Object.fromEntries(DRAWN.map(({ name }) => [name, drawnMoney(day[name], day.currency)])),
});

import { Badge, Text } from '@mantine/core';
import { t } from '../../../texts/for-operators.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import type { Column } from '../../../ui/record-table.tsx';
import type { Check } from './audit.ts';

const a = t.operator.audit;

export const isBroken = ({ count, failure }: Check): boolean => failure !== null || count !== '0';

export const CHECK_COLUMNS: readonly Column<Check>[] = [
  { name: a.rule, cell: ({ statement }) => <Text size="sm">{statement}</Text> },
  { name: a.rows, right: true, cell: ({ covered }) => formatCredits(covered) },
  {
    name: a.verdict,
    cell: (check) => (
      <Badge color={isBroken(check) ? 'red' : 'green'} variant="light">
        {wordOf(check)}
      </Badge>
    ),
  },
];

const wordOf = (check: Check): string => {
  if (check.failure !== null) return a.skipped;
  return check.count === '0' ? a.holds : a.broken(check.count);
};

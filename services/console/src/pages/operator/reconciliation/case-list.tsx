import { Badge, Stack, Text } from '@mantine/core';
import { usePages } from '../../../api/use-pages.ts';
import { useFilters } from '../../../app/filters.ts';
import { t } from '../../../texts/for-operators.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FilterBar, FilterSelect } from '../../../ui/filter-bar.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import type { Case } from './reconciliation.ts';
import { formatAge, formatDifference } from './words.ts';

const r = t.reconciliation;
const OPEN = 'open';
const STATES = Object.entries(r.caseStates).map(([value, label]) => ({ value, label }));

/** Differences between Stripe and the ledger; those that are open unless told otherwise. */
export function CaseList() {
  const by = useFilters(['state']);
  const pages = usePages<Case>({
    queryKey: ['operator', 'reconciliation', 'cases'],
    path: '/v1/reconciliation-cases',
    filters: { state: by.filters.state ?? OPEN },
    operator: true,
  });
  return (
    <Stack gap={0}>
      <FilterBar by={by}>
        <FilterSelect by={by} name="state" label={r.filterState} options={STATES} fallback={OPEN} />
      </FilterBar>
      <RecordList
        framed
        caption={r.casesCaption}
        pages={pages}
        columns={CASE_COLUMNS}
        keyOf={({ id }) => id}
        to={({ id }) => `/operator/reconciliation/cases/${id}`}
        empty={<EmptyState {...(by.narrowed ? r.noMatch : r.noCases)} />}
      />
    </Stack>
  );
}

const COLOURS: Readonly<Record<string, string>> = {
  critical: 'red',
  warning: 'orange',
  info: 'gray',
};

export function Severity({ severity }: { severity: string }) {
  return (
    <Badge variant="light" color={COLOURS[severity] ?? 'gray'}>
      {r.severities[severity] ?? severity}
    </Badge>
  );
}

export const CASE_COLUMNS: readonly Column<Case>[] = [
  {
    name: r.what,
    cell: ({ meaning, subject }) => (
      <>
        {meaning}
        <Text size="xs" c="dimmed" className="breakable">
          {subject}
        </Text>
      </>
    ),
  },
  { name: r.severity, cell: ({ severity }) => <Severity severity={severity} /> },
  { name: r.wallet, cell: ({ wallet }) => wallet ?? '–' },
  { name: r.difference, right: true, cell: formatDifference },
  { name: r.age, right: true, cell: ({ age_seconds: age }) => formatAge(age) },
  { name: r.state, cell: ({ state }) => r.caseStates[state] ?? state },
];

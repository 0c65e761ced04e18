import { Badge, Text } from '@mantine/core';
import type { Pages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-operators.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { RUN_COLOURS, type Run } from './reconciliation.ts';

const r = t.reconciliation;

/** Every run that is kept, the newest first. */
export function RunList({ pages }: { pages: Pages<Run> }) {
  return (
    <RecordList
      framed
      caption={r.runsCaption}
      pages={pages}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/operator/reconciliation/runs/${id}`}
      empty={<EmptyState {...r.noRuns} />}
    />
  );
}

export function RunState({ run }: { run: Run }) {
  return (
    <Badge variant="light" color={RUN_COLOURS[run.state] ?? 'gray'}>
      {r.states[run.state] ?? run.state}
    </Badge>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { name: r.when, cell: ({ created_at: at }) => <Moment at={at} /> },
  {
    name: r.kind,
    cell: ({ kind, mode }) => (
      <>
        {r.kinds[kind] ?? kind}
        <Text size="xs" c="dimmed">
          {r.modes[mode] ?? mode}
        </Text>
      </>
    ),
  },
  { name: r.state, cell: (run) => <RunState run={run} /> },
  { name: r.findings, right: true, cell: ({ report }) => report?.findings ?? '–' },
  { name: r.repaired, right: true, cell: ({ report }) => report?.repaired ?? '–' },
  { name: r.unresolved, right: true, cell: ({ report }) => report?.unresolved ?? '–' },
];

import { Button, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { bareId } from '../../../api/organization.ts';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { UndoDialog, type Allocation } from './undo-dialog.tsx';

const texts = t.billing.allocations;
const LOOK_EVERY_MS = 2_000;

/** What was given to many at once: how far it is, what came back, and taking it back. */
export function AllocationList({ owner }: { owner: string }) {
  const [running, setRunning] = useState(false);
  const pages = usePages<Allocation>({
    queryKey: ['of', owner, 'allocations'],
    path: `/v1/organizations/${bareId(owner)}/allocations`,
    limit: 10,
    ...(running && { everyMs: LOOK_EVERY_MS }),
  });
  const runs = pages.rows.some(({ status }) => status === 'running');
  if (runs !== running) setRunning(runs);
  return (
    <Section title={texts.title} text={texts.text}>
      <RecordList
        caption={texts.title}
        pages={pages}
        keyOf={(row) => row.id}
        columns={[...COLUMNS, { name: texts.columns.actions, right: true, cell: undoOf(owner) }]}
        empty={<EmptyState title={texts.none} text={texts.noneText} />}
      />
    </Section>
  );
}

const undoOf = (owner: string) => (allocation: Allocation) => (
  <Undo owner={owner} allocation={allocation} />
);

const COLUMNS: readonly Column<Allocation>[] = [
  { name: texts.columns.when, cell: (row) => <Moment at={row.created_at} /> },
  { name: texts.columns.reason, cell: (row) => row.reason ?? '–' },
  { name: texts.columns.state, cell: (row) => <State allocation={row} /> },
  { name: texts.columns.recipients, right: true, cell: (row) => row.recipients },
  { name: texts.columns.total, right: true, cell: (row) => <Credits amount={row.total} /> },
  { name: texts.columns.returned, right: true, cell: (row) => <Credits amount={row.returned} /> },
];

function State({ allocation: { status, progress } }: { allocation: Allocation }) {
  if (status === 'completed') return texts.completed;
  return (
    <Stack gap={4} miw={90}>
      <Text size="sm">{texts.running(progress.done, progress.total)}</Text>
      <Progress
        value={(100 * progress.done) / Math.max(1, progress.total)}
        aria-label={t.operation.progress}
      />
    </Stack>
  );
}

function Undo({ owner, allocation }: { owner: string; allocation: Allocation }) {
  const [open, show] = useState(false);
  if (allocation.status === 'running' || allocation.returned === allocation.total) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => show(true)}
        aria-label={texts.undoOf(formatCredits(allocation.total))}
      >
        {texts.undo}
      </Button>
      {open && <UndoDialog owner={owner} allocation={allocation} onClose={() => show(false)} />}
    </>
  );
}

import { Stack, Text, Title } from '@mantine/core';
import { t } from '../../../texts/index.ts';
import { Credits, formatMoney } from '../../../ui/amounts.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordTable, type Column } from '../../../ui/record-table.tsx';
import type { Attempt } from './auto-top-up.ts';

const a = t.autoTopUp;

/** What was bought without anybody, or why it was not. */
export const Attempts = ({ attempts }: { attempts: readonly Attempt[] }) => (
  <Stack gap="xs">
    <Title order={3} size="h5">
      {a.attempts}
    </Title>
    <RecordTable
      caption={a.attempts}
      rows={attempts}
      keyOf={({ purchase, created_at: at }) => purchase ?? at}
      columns={COLUMNS}
    />
  </Stack>
);

const COLUMNS: readonly Column<Attempt>[] = [
  { name: a.attemptColumns.at, cell: (row) => <Moment at={row.created_at} /> },
  { name: a.attemptColumns.status, cell: (row) => <Outcome {...row} /> },
  {
    name: a.attemptColumns.credits,
    right: true,
    cell: ({ credits }) => (credits === null ? '–' : <Credits amount={credits} />),
  },
  {
    name: a.attemptColumns.total,
    right: true,
    cell: ({ total }) => (total === null ? '–' : formatMoney(total)),
  },
];

const Outcome = ({ status, decline }: Attempt) => (
  <Stack gap={0}>
    <span>{a.attempt[status] ?? status}</span>
    {decline !== null && (
      <Text size="xs" c="dimmed">
        {a.decline(decline.code ?? decline.kind)}
      </Text>
    )}
  </Stack>
);

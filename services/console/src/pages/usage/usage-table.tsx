import { Card, Progress, Text, Title } from '@mantine/core';
import { t } from '../../texts/index.ts';
import { Credits } from '../../ui/amounts.tsx';
import { RecordTable, type Column } from '../../ui/record-table.tsx';
import type { Usage } from './usage.ts';

const u = t.usage;

type Group = Usage['data'][number];

const columnsFor = (name: string, total: number): Column<Group>[] => [
  { name, cell: ({ key }) => <Text fw={550}>{key}</Text> },
  {
    name: u.share,
    // A picture only: the digits stand beside it.
    cell: ({ net }) => (
      <Progress w={90} value={total > 0 ? (100 * Number(net)) / total : 0} aria-label={u.share} />
    ),
  },
  { name: u.charges, right: true, cell: ({ charges }) => charges.toLocaleString() },
  { name: u.returned, right: true, cell: ({ returned }) => <Credits amount={returned} /> },
  { name: u.net, right: true, cell: ({ net }) => <Credits amount={net} fw={600} /> },
];

/** The groups of a time, the largest first as the API sends them. */
export function UsageTable({ title, name, usage }: { title: string; name: string; usage: Usage }) {
  if (usage.data.length === 0) return null;
  return (
    <Card>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <RecordTable
        caption={title}
        columns={columnsFor(name, Number(usage.total.net))}
        rows={usage.data}
        keyOf={({ key }) => key}
      />
      {usage.truncated && <Text size="sm">{u.cut}</Text>}
    </Card>
  );
}

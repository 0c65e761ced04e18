import { Badge, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/for-operators.ts';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { LoadingRows, RecordTable, type Column } from '../../../ui/record-table.tsx';

const q = t.operator.queues;
const LOOK_EVERY_MS = 2_000;

interface QueueNumbers {
  name: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  paused: boolean;
  oldest_waiting_seconds: number;
}

/** What waits between acceptance and the ledger, and for how long. */
export function QueuesPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['operator', 'queues'],
    queryFn: ({ signal }) =>
      read<{ data: readonly QueueNumbers[] }>('/v1/queues', { signal, operator: true }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <>
      <PageHeading title={q.title} text={q.text} />
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <LoadingRows />}
      {data !== undefined && (
        <RecordTable
          framed
          caption={q.caption}
          rows={data.data}
          columns={COLUMNS}
          keyOf={({ name }) => name}
          to={({ name }) => `/operator/queues/${name}`}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<QueueNumbers>[] = [
  {
    name: q.name,
    cell: ({ name, paused }) => (
      <Group gap="xs" component="span">
        {name}
        {paused && (
          <Badge color="orange" variant="light">
            {q.paused}
          </Badge>
        )}
      </Group>
    ),
  },
  { name: q.waiting, right: true, cell: ({ waiting }) => waiting },
  { name: q.active, right: true, cell: ({ active }) => active },
  { name: q.delayed, right: true, cell: ({ delayed }) => delayed },
  {
    name: q.failed,
    right: true,
    cell: ({ failed }) =>
      failed === 0 ? (
        0
      ) : (
        <Badge color="red" variant="light">
          {failed}
        </Badge>
      ),
  },
  {
    name: q.age,
    right: true,
    cell: ({ waiting, oldest_waiting_seconds: seconds }) =>
      waiting === 0 ? q.calm : q.seconds(seconds),
  },
];

import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/for-operators.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { LoadingRows, RecordTable, type Column } from '../../../ui/record-table.tsx';
import { Notice } from '../notice.tsx';
import { DeadLetterDrawer } from './dead-letter-drawer.tsx';
import { replayLetter, type DeadLetter } from './dead-letter.ts';
import { replayLetters, type Replayed } from './replay-letters.ts';

const l = t.operator.letters;
const LOOK_EVERY_MS = 5_000;

/** Jobs that failed for good: why, what they carry, and putting them back to work. */
export function DeadLetters() {
  const client = useQueryClient();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [shown, show] = useState<DeadLetter | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['operator', 'letters'],
    queryFn: ({ signal }) =>
      read<{ data: readonly DeadLetter[]; has_more: boolean }>('/v1/dead-letters?limit=100', {
        signal,
        operator: true,
      }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const letters = data?.data ?? [];
  const picked = letters.filter(({ id }) => chosen.has(id));
  const replay = useMutation({
    mutationFn: () => replayLetters(picked, replayLetter),
    onSuccess: ({ stopped }) => {
      choose(new Set(stopped?.left.map(({ id }) => id)));
      return client.invalidateQueries({ queryKey: ['operator'] });
    },
  });
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw={640}>
          {l.text}
        </Text>
        {picked.length > 0 && (
          <Button onClick={() => replay.mutate()} loading={replay.isPending}>
            {l.replayAll(picked.length)}
          </Button>
        )}
      </Group>
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {replay.data !== undefined && <Outcome {...replay.data} />}
      {data === undefined && !error && <LoadingRows />}
      {data !== undefined && letters.length === 0 && <EmptyState {...l.none} />}
      {letters.length > 0 && (
        <RecordTable
          caption={l.caption}
          rows={letters}
          columns={columnsFor(show)}
          keyOf={({ id }) => id}
          selection={{
            chosen,
            change: choose,
            label: ({ job, reason }) => l.select(job, reason),
          }}
        />
      )}
      {data?.has_more === true && <Text size="sm">{l.more}</Text>}
      {shown && <DeadLetterDrawer letter={shown} close={() => show(null)} />}
    </Stack>
  );
}

function Outcome({ done, stopped }: Replayed) {
  if (stopped === null) return <Notice text={l.replayed(done)} />;
  return (
    <>
      <Text size="sm">{l.stopped(done, stopped.left.length, stopped.at.job)}</Text>
      <ProblemAlert error={stopped.error} />
    </>
  );
}

const columnsFor = (show: (letter: DeadLetter) => void): Column<DeadLetter>[] => [
  { name: l.job, cell: ({ job }) => job },
  { name: l.queue, cell: ({ queue }) => queue },
  {
    name: l.reason,
    cell: ({ reason }) => (
      <Text size="sm" lineClamp={2} className="breakable">
        {reason}
      </Text>
    ),
  },
  { name: l.failedAt, cell: ({ failed_at: at }) => at !== null && <Moment at={at} /> },
  { name: l.attempts, right: true, cell: ({ attempts }) => attempts },
  {
    name: l.details,
    right: true,
    cell: (letter) => (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => show(letter)}
        aria-label={`${l.details}: ${letter.job}`}
      >
        {l.details}
      </Button>
    ),
  },
];

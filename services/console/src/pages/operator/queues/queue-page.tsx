import { Anchor, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { read } from '../../../api/request.ts';
import { useOneOf } from '../../../app/use-one-of.ts';
import { t } from '../../../texts/for-operators.ts';
import { JsonText } from '../json-text.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { LoadingRows, RecordTable, type Column } from '../../../ui/record-table.tsx';

const q = t.operator.queues;
const LOOK_EVERY_MS = 2_000;
const SHOWN = 50;
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

interface QueuedJob {
  id: string;
  job: string;
  attempts: number;
  reason: string | null;
  enqueued_at: string;
  due_at: string | null;
  payload: unknown;
}

/** The jobs of one queue, by their state. */
export function QueuePage() {
  const { queue } = useParams({ from: '/shell/operator/queues/$queue' });
  const { chosen: state, choose } = useOneOf('state', STATES);
  const { data, error, refetch } = useQuery({
    queryKey: ['operator', 'queue', queue, state],
    queryFn: ({ signal }) =>
      read<{ data: readonly QueuedJob[] }>(
        `/v1/queues/${encodeURIComponent(queue)}/jobs?state=${encodeURIComponent(state)}&limit=${SHOWN}`,
        { signal, operator: true },
      ),
    refetchInterval: LOOK_EVERY_MS,
  });
  const jobs = data?.data ?? [];
  return (
    <>
      <PageHeading
        title={q.jobsOf(queue)}
        text={
          <Anchor component={Link} to="/operator/queues" size="sm">
            {q.back}
          </Anchor>
        }
      />
      <Stack>
        <SegmentedControl
          aria-label={q.state}
          value={state}
          onChange={choose}
          data={STATES.map((value) => ({ value, label: q.states[value] }))}
        />
        {error && <ProblemAlert error={error} again={() => void refetch()} />}
        {data === undefined && !error && <LoadingRows />}
        {data !== undefined && jobs.length === 0 && <Text c="dimmed">{q.noJobs}</Text>}
        {jobs.length > 0 && (
          <RecordTable
            framed
            caption={q.jobsCaption(queue, state)}
            rows={jobs}
            columns={COLUMNS}
            keyOf={({ id }) => id}
          />
        )}
        {jobs.length === SHOWN && (
          <Text size="sm" c="dimmed">
            {q.some}
          </Text>
        )}
      </Stack>
    </>
  );
}

const COLUMNS: readonly Column<QueuedJob>[] = [
  { name: t.operator.letters.job, cell: ({ job }) => job },
  { name: q.enqueued, cell: ({ enqueued_at: at }) => <Moment at={at} /> },
  { name: q.due, cell: ({ due_at: at }) => (at === null ? '–' : <Moment at={at} />) },
  { name: t.operator.letters.attempts, right: true, cell: ({ attempts }) => attempts },
  { name: q.lastFailure, cell: ({ reason }) => reason ?? '–' },
  {
    name: t.operator.letters.payload,
    cell: ({ payload }) => <JsonText value={payload} />,
  },
];

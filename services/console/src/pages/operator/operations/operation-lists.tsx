import { Button, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Operation } from '../../../api/operation.ts';
import { runCommand } from '../../../api/run-command.ts';
import { usePages } from '../../../api/use-pages.ts';
import { t } from '../../../texts/for-operators.ts';
import { Notice } from '../notice.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';

const o = t.operator.operations;
const LOOK_EVERY_MS = 2_000;

interface Listed extends Operation {
  /** Kept where it may be worth a replay. */
  command: Readonly<Record<string, unknown>> | null;
}

const id: Column<Listed> = { name: t.operation.id, cell: (one) => <CopyId id={one.id} short /> };
const command: Column<Listed> = {
  name: o.type,
  cell: ({ type }) => type.replaceAll('_', ' '),
};

/** Commands that were refused, with the reason that was told. */
export function RejectedOperations() {
  const pages = usePages<Listed>({
    queryKey: ['operator', 'operations', 'rejected'],
    path: '/v1/operations',
    filters: { status: 'rejected' },
    operator: true,
  });
  const replay = useMutation({
    mutationFn: (one: string) =>
      runCommand(
        { path: `/v1/operations/${one}/replay`, body: {}, operator: true },
        () => undefined,
      ),
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>
        {o.rejectedText}
      </Text>
      {replay.error && <ProblemAlert error={replay.error} />}
      {replay.isSuccess && <Notice text={o.againDone} />}
      <RecordList
        framed
        caption={o.rejectedCaption}
        pages={pages}
        columns={columnsFor({
          replay: (one) => replay.mutate(one),
          replaying: replay.isPending ? replay.variables : null,
        })}
        keyOf={(one) => one.id}
        to={(one) => `/operations/${one.id}`}
        empty={<EmptyState {...o.noneRejected} />}
      />
    </Stack>
  );
}

interface Replaying {
  replay: (id: string) => void;
  /** The one that is on its way. */
  replaying: string | null;
}

const columnsFor = ({ replay, replaying }: Replaying): Column<Listed>[] => [
  command,
  { name: o.why, cell: ({ error }) => <Text size="sm">{error?.detail}</Text> },
  { name: o.refused, cell: ({ completed_at: at }) => at !== null && <Moment at={at} /> },
  id,
  {
    name: o.again,
    right: true,
    cell: (one) =>
      one.command !== null && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => replay(one.id)}
          loading={replaying === one.id}
        >
          {o.again}
        </Button>
      ),
  },
];

/** Commands in several steps that have not ended. */
export function PendingOperations() {
  const pages = usePages<Listed>({
    queryKey: ['operator', 'operations', 'pending'],
    path: '/v1/operations',
    filters: { status: 'pending' },
    operator: true,
    everyMs: LOOK_EVERY_MS,
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>
        {o.pendingText}
      </Text>
      <RecordList
        framed
        caption={o.pendingCaption}
        pages={pages}
        columns={PENDING_COLUMNS}
        keyOf={(one) => one.id}
        to={(one) => `/operations/${one.id}`}
        empty={<EmptyState {...o.nonePending} />}
      />
    </Stack>
  );
}

const PENDING_COLUMNS: readonly Column<Listed>[] = [
  command,
  { name: o.progress, cell: ({ progress }) => <HowFar progress={progress} /> },
  { name: o.began, cell: ({ created_at: at }) => at !== null && <Moment at={at} /> },
  id,
];

function HowFar({ progress }: Pick<Operation, 'progress'>) {
  const { done, total } = progress ?? {};
  if (done === undefined || total === undefined) return '–';
  return (
    <>
      <Text size="sm">{t.operation.progressOf(done, total)}</Text>
      <Progress value={(100 * done) / Math.max(1, total)} aria-label={t.operation.progress} />
    </>
  );
}

import { Anchor, Badge, Card, Code, Progress, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Operation } from '../../api/operation.ts';
import { ApiProblem } from '../../api/problem.ts';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/index.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

const LOOK_EVERY_MS = 1_000;
const COLOURS = { pending: 'indigo', succeeded: 'green', rejected: 'red' };

/** One operation, followed until it ended; operators see everybody's, their lists lead here. */
export function OperationPage() {
  const { id } = useParams({ from: '/shell/operations/$id' });
  const { operator } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['operation', id],
    queryFn: ({ signal }) => read<Operation>(`/v1/operations/${id}`, { signal, operator }),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? LOOK_EVERY_MS : false),
  });
  return (
    <>
      <PageHeading title={t.operation.title} text={t.operation.text} />
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={220} radius="lg" />}
      {data !== undefined && <Facts operation={data} />}
    </>
  );
}

function Facts({ operation }: { operation: Operation }) {
  const { done, total } = operation.progress ?? {};
  return (
    <Card maw={720}>
      <Stack>
        <Badge color={COLOURS[operation.status]} variant="light" size="lg">
          {t.operation.status[operation.status]}
        </Badge>
        {operation.error !== null && <ProblemAlert error={new ApiProblem(operation.error)} />}
        {done !== undefined && total !== undefined && (
          <div>
            <Text size="sm">{t.operation.progressOf(done, total)}</Text>
            <Progress value={(100 * done) / Math.max(1, total)} aria-label={t.operation.progress} />
          </div>
        )}
        <Table>
          <Table.Tbody>
            <Fact name={t.operation.type}>{operation.type.replaceAll('_', ' ')}</Fact>
            <Fact name={t.operation.id}>
              <CopyId id={operation.id} />
            </Fact>
            {operation.created_at !== null && (
              <Fact name={t.operation.accepted}>
                <Moment at={operation.created_at} />
              </Fact>
            )}
            {operation.completed_at !== null && (
              <Fact name={t.operation.completed}>
                <Moment at={operation.completed_at} />
              </Fact>
            )}
          </Table.Tbody>
        </Table>
        {operation.result !== null && <Outcome result={operation.result} />}
      </Stack>
    </Card>
  );
}

/** The page of what it booked, and all that the API answers, for who wants to know. */
function Outcome({ result }: { result: Readonly<Record<string, unknown>> }) {
  const { transaction } = result;
  return (
    <>
      {typeof transaction === 'string' && (
        <Anchor component={Link} to={`/transactions/${transaction}`}>
          {t.operation.booked}
        </Anchor>
      )}
      <details className="folded">
        <summary>{t.operation.result}</summary>
        <Code block tabIndex={0} mt="xs">
          {JSON.stringify(result, null, 2)}
        </Code>
      </details>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={140}>
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

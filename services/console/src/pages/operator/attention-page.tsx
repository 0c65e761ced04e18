import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { t } from '../../texts/for-operators.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { LoadingRows } from '../../ui/record-table.tsx';
import { ReviewDialog } from './review-dialog.tsx';

const a = t.operator.attention;
const LOOK_EVERY_MS = 30_000;

interface Matter {
  kind: string;
  subject: string;
  since: string;
  detail: string;
  remedy: string;
}

/** What waits for an operator, and what to do about each. */
export function AttentionPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['operator', 'attention'],
    queryFn: ({ signal }) =>
      read<{ data: readonly Matter[] }>('/v1/attention', { signal, operator: true }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const [deciding, decide] = useState<string | null>(null);
  const matters = data?.data ?? [];
  return (
    <>
      <PageHeading title={a.title} text={matters.length > 0 ? a.count(matters.length) : a.text} />
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <LoadingRows />}
      {data !== undefined && matters.length === 0 && <EmptyState {...a.none} />}
      <Stack component="ul" p={0} m={0} className="plain-list" maw={860}>
        {matters.map((one) => (
          <li key={keyOf(one)}>
            <MatterCard matter={one} decide={() => decide(one.subject)} />
          </li>
        ))}
      </Stack>
      {deciding !== null && <ReviewDialog purchase={deciding} close={() => decide(null)} />}
    </>
  );
}

/** One subject may wait for several reasons of a kind: a payment is warned of more than once. */
const keyOf = ({ kind, subject, since, detail }: Matter): string =>
  [kind, subject, since, detail].join(' ');

function MatterCard({ matter, decide }: { matter: Matter; decide: () => void }) {
  const { kind, subject, since, detail, remedy } = matter;
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Badge color="orange" variant="light" size="lg">
            {a.kinds[kind] ?? kind}
          </Badge>
          <Text size="sm" c="dimmed">
            {a.since} <Moment at={since} />
          </Text>
        </Group>
        <Text className="breakable">{detail}</Text>
        <Text size="sm" className="breakable">
          <Text component="span" inherit fw={650}>
            {a.whatToDo}:
          </Text>{' '}
          {remedy}
        </Text>
        <Group justify="space-between" gap="xs">
          <CopyId id={subject} />
          <Act kind={kind} subject={subject} decide={decide} />
        </Group>
      </Stack>
    </Card>
  );
}

/** The page, or the dialog, where something can be done about it. */
function Act({ kind, subject, decide }: Pick<Matter, 'kind' | 'subject'> & { decide: () => void }) {
  if (kind === 'reconciliation_case') {
    return (
      <Button
        component={Link}
        to={`/operator/reconciliation/cases/${subject}`}
        variant="default"
        size="compact-sm"
      >
        {a.openCase}
      </Button>
    );
  }
  if (kind === 'expiry_parked') {
    return (
      <Button component={Link} to="/operator/audit" variant="default" size="compact-sm">
        {a.runAudit}
      </Button>
    );
  }
  return kind === 'payment_in_review' && subject.startsWith('pur_') ? (
    <Button variant="default" size="compact-sm" onClick={decide}>
      {a.decide}
    </Button>
  ) : null;
}

import { Alert, Anchor, Button, Card, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/for-operators.ts';
import { ConfirmDialog, useAct } from '../../../ui/confirm-dialog.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Severity } from './case-list.tsx';
import type { Case } from './reconciliation.ts';
import { formatAge, formatDifference } from './words.ts';

const r = t.reconciliation;

/** One difference between Stripe and the ledger: what was expected, what is there, and what to do. */
export function CasePage() {
  const { case: id } = useParams({ from: '/shell/operator/reconciliation/cases/$case' });
  const { data, error, refetch } = useQuery({
    queryKey: ['operator', 'reconciliation', 'case', id],
    queryFn: ({ signal }) =>
      read<Case>(`/v1/reconciliation-cases/${id}`, { signal, operator: true }),
  });
  const [resolving, { open, close }] = useDisclosure();
  const isOpen = data?.state === 'open' || data?.state === 'parked';
  return (
    <>
      <PageHeading
        title={r.caseTitle}
        text={
          <Anchor component={Link} to="/operator/reconciliation" size="sm">
            {r.back}
          </Anchor>
        }
      >
        <CopyId id={id} />
        {isOpen && <Button onClick={open}>{r.resolve}</Button>}
      </PageHeading>
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={260} radius="lg" />}
      {data !== undefined && <CaseCard one={data} />}
      {resolving && data && <ResolveDialog one={data} close={close} />}
    </>
  );
}

function CaseCard({ one }: { one: Case }) {
  const client = useQueryClient();
  const retry = useAct(
    () =>
      read(`/v1/reconciliation-cases/${one.id}/retry`, {
        method: 'POST',
        body: {},
        operator: true,
      }),
    () => void client.invalidateQueries({ queryKey: ['operator'] }),
  );
  return (
    <Card maw={760}>
      <Stack>
        <Group gap="sm">
          <Severity severity={one.severity} />
          <Text fw={650}>{one.meaning}</Text>
        </Group>
        {one.remedy !== null && (
          <Alert color="indigo" variant="light" title={r.whatToDo}>
            <Text size="sm" className="breakable">
              {one.remedy}
            </Text>
            {one.state === 'parked' && (
              <Button
                mt="sm"
                size="compact-sm"
                variant="default"
                onClick={() => void retry.run()}
                loading={retry.running}
              >
                {r.retry}
              </Button>
            )}
          </Alert>
        )}
        {retry.error && <ProblemAlert error={retry.error} />}
        <FactList label={r.caseTitle} facts={factsOf(one)} />
      </Stack>
    </Card>
  );
}

const factsOf = (one: Case) => [
  { name: r.state, value: r.caseStates[one.state] ?? one.state, strong: true },
  { name: r.difference, value: formatDifference(one), strong: true },
  { name: r.expected, value: one.expected },
  { name: r.actual, value: one.actual },
  { name: r.subject, value: <CopyId id={one.subject} /> },
  ...(one.wallet === null ? [] : [{ name: r.wallet, value: one.wallet }]),
  ...one.stripe_ids.map((id) => ({ name: r.stripe, value: <CopyId id={id} /> })),
  { name: r.firstSeen, value: <Moment at={one.first_seen} /> },
  { name: r.lastSeen, value: <Moment at={one.last_seen} /> },
  { name: r.age, value: formatAge(one.age_seconds) },
  ...(one.failures === 0 ? [] : [{ name: r.failures, value: one.failures }]),
  ...(one.closed_at === null ? [] : [{ name: r.closedBy, value: one.closed_by ?? r.closedByRun }]),
  ...(one.reason === null ? [] : [{ name: r.reason, value: one.reason }]),
];

function ResolveDialog({ one, close }: { one: Case; close: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const resolve = async (): Promise<void> => {
    await read(`/v1/reconciliation-cases/${one.id}/resolution`, {
      method: 'POST',
      body: { reason: reason.trim() },
      operator: true,
    });
    await client.invalidateQueries({ queryKey: ['operator'] });
  };
  return (
    <ConfirmDialog
      title={r.resolveTitle}
      action={r.resolve}
      onConfirm={resolve}
      onClose={close}
      blocked={reason.trim() === ''}
    >
      <Text size="sm">{r.resolveText}</Text>
      <Text size="sm" fw={650}>
        {one.meaning}: {formatDifference(one)}
      </Text>
      <Textarea
        label={r.reason}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        required
        data-autofocus
      />
    </ConfirmDialog>
  );
}

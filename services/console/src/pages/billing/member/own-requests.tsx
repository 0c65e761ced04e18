import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { useSession } from '../../../api/session.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useCreditRequests, type CreditRequest } from '../requests/credit-request.ts';
import { RequestStatus } from '../requests/request-status.tsx';

const texts = t.billing.member;
const columns = t.billing.requests.columns;

interface OwnRequestsProps {
  /** The organization. */
  owner: string;
  title?: string;
  text?: string;
  actions?: ReactNode;
}

/** How the member's own requests stand, with the reasons of who decided. */
export function OwnRequests({ owner, title = texts.history, text, actions }: OwnRequestsProps) {
  const { user } = useSession();
  // Who decides is told of everybody's.
  const pages = useCreditRequests(owner, { member: user.id });
  return (
    <Section title={title} text={text} actions={actions}>
      <RecordList
        caption={title}
        pages={pages}
        keyOf={(row) => row.id}
        columns={COLUMNS}
        empty={<Text c="dimmed">{texts.noHistory}</Text>}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<CreditRequest>[] = [
  { name: columns.when, cell: (row) => <Moment at={row.created_at} /> },
  { name: columns.reason, cell: (row) => row.reason ?? '–' },
  { name: columns.status, cell: (row) => <RequestStatus status={row.status} /> },
  { name: columns.answer, cell: (row) => <Answer request={row} /> },
  { name: columns.asked, right: true, cell: (row) => <Credits amount={row.amount} /> },
  {
    name: columns.granted,
    right: true,
    cell: (row) => (row.granted === null ? '–' : <Credits amount={row.granted} />),
  },
];

function Answer({ request }: { request: CreditRequest }) {
  const { give } = useCommands();
  const cancel = useAct(
    () =>
      give({
        title: texts.cancelTitle,
        path: `/v1/credit-requests/${request.id}/cancel`,
        body: {},
        owners: [request.organization],
      }),
    () => undefined,
  );
  if (request.status !== 'pending') return request.decision_reason ?? '–';
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={cancel.running}
        onClick={() => void cancel.run()}
        aria-label={texts.cancelTitle}
      >
        {texts.cancel}
      </Button>
      {cancel.error !== null && <ProblemAlert error={cancel.error} />}
    </>
  );
}

import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../../../api/session.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { RecordList, type Column } from '../../../ui/record-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { ApproveDialog } from './approve-dialog.tsx';
import { askerOf, sumOf, useCreditRequests, type CreditRequest } from './credit-request.ts';
import { DecideManyDialog } from './decide-many-dialog.tsx';
import { RejectDialog } from './reject-dialog.tsx';

const texts = t.billing.requests;
const NOBODY: ReadonlySet<string> = new Set();

/** Requests that wait: each decided in its row, or many at once. */
export function PendingRequests({ owner }: { owner: string }) {
  const pages = useCreditRequests(owner, { status: 'pending' });
  const mayDecide = useMayDecide();
  const [chosen, choose] = useState(NOBODY);
  const [deciding, decide] = useState<'approve' | 'reject' | null>(null);
  // Whatever was decided elsewhere meanwhile is chosen no longer.
  const picked = pages.rows.filter(({ id }) => chosen.has(id));
  return (
    <Section
      title={texts.pendingTitle}
      text={texts.pendingText}
      actions={picked.length > 0 && <ManyBar picked={picked} decide={decide} />}
    >
      <RecordList
        caption={texts.list}
        pages={pages}
        keyOf={(row) => row.id}
        columns={COLUMNS}
        {...(pages.rows.length > 1 && {
          selection: {
            chosen,
            change: choose,
            label: (row: CreditRequest) => `${askerOf(row)}, ${formatCredits(row.amount)}`,
            may: mayDecide,
          },
        })}
        empty={<EmptyState title={texts.none} text={texts.noneText} />}
      />
      {deciding !== null && (
        <DecideManyDialog
          decision={deciding}
          requests={picked}
          onClose={() => {
            decide(null);
            choose(NOBODY);
          }}
        />
      )}
    </Section>
  );
}

/** Of one's own request only an owner decides. */
function useMayDecide(): (request: CreditRequest) => boolean {
  const { user } = useSession();
  const { role } = useOrganization();
  return ({ member }) => role === 'owner' || member !== user.id;
}

interface ManyBarProps {
  picked: readonly CreditRequest[];
  decide: (decision: 'approve' | 'reject') => void;
}

const ManyBar = ({ picked, decide }: ManyBarProps) => (
  <Group gap="xs">
    <Text size="sm" aria-live="polite">
      {texts.chosen(picked.length, formatCredits(sumOf(picked)))}
    </Text>
    <Button size="xs" onClick={() => decide('approve')}>
      {texts.approveChosen}
    </Button>
    <Button size="xs" variant="default" onClick={() => decide('reject')}>
      {texts.rejectChosen}
    </Button>
  </Group>
);

const COLUMNS: readonly Column<CreditRequest>[] = [
  {
    name: texts.columns.member,
    cell: (row) => (
      <Text fw={600} component="span" inherit>
        {askerOf(row)}
      </Text>
    ),
  },
  { name: texts.columns.reason, cell: (row) => row.reason ?? '–' },
  { name: texts.columns.when, cell: (row) => <Moment at={row.created_at} /> },
  { name: texts.columns.asked, right: true, cell: (row) => <Credits amount={row.amount} /> },
  { name: texts.columns.actions, right: true, cell: (row) => <Decide request={row} /> },
];

function Decide({ request }: { request: CreditRequest }) {
  const [open, show] = useState<'approve' | 'reject' | null>(null);
  const mayDecide = useMayDecide();
  const close = (): void => show(null);
  if (!mayDecide(request)) {
    return (
      <Text size="sm" c="dimmed">
        {texts.ownRequest}
      </Text>
    );
  }
  return (
    <>
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          size="xs"
          variant="light"
          onClick={() => show('approve')}
          aria-label={texts.approveOf(askerOf(request))}
        >
          {texts.approve}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => show('reject')}
          aria-label={texts.rejectOf(askerOf(request))}
        >
          {texts.reject}
        </Button>
      </Group>
      {open === 'approve' && <ApproveDialog request={request} onClose={close} />}
      {open === 'reject' && <RejectDialog request={request} onClose={close} />}
    </>
  );
}

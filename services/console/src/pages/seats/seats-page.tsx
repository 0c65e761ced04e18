import { Button, Card, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../api/commands-provider.tsx';
import { bareId, nameOf } from '../../api/organization.ts';
import { usePages } from '../../api/use-pages.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { SeatCredits } from './seat-credits.tsx';

interface Seat {
  user: string;
  name: string | null;
  assigned_at: string;
  delayed: string | null;
}

const texts = t.seats;

/** Who has a seat, and what seats bring. */
export function SeatsPage() {
  const organization = useOrganization();
  const [assigning, assign] = useState(false);
  if (!manages(organization)) return <ManagersOnly title={texts.title} />;
  const { owner } = organization;
  return (
    <>
      <PageHeading title={texts.title} text={texts.text}>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => assign(true)}>
          {texts.assign}
        </Button>
      </PageHeading>
      <Stack gap="lg">
        <SeatCredits />
        <Card>
          <SeatList owner={owner} />
        </Card>
      </Stack>
      {assigning && <AssignDialog onClose={() => assign(false)} />}
    </>
  );
}

function SeatList({ owner }: { owner: string }) {
  const pages = usePages<Seat>({
    queryKey: ['of', owner, 'seats'],
    path: `/v1/organizations/${bareId(owner)}/seats`,
  });
  return (
    <RecordList
      caption={texts.list}
      pages={pages}
      keyOf={(row) => row.user}
      columns={columnsOf(owner)}
      empty={<EmptyState title={texts.none} text={texts.noneText} />}
    />
  );
}

const columnsOf = (owner: string): readonly Column<Seat>[] => [
  { name: texts.columns.member, cell: nameOf },
  { name: texts.columns.since, cell: (row) => <Moment at={row.assigned_at} dateOnly /> },
  {
    name: texts.columns.waiting,
    cell: ({ delayed }) =>
      delayed === null ? texts.nothing : texts.waiting(formatCredits(delayed)),
  },
  { name: texts.columns.actions, right: true, cell: (row) => <Revoke owner={owner} seat={row} /> },
];

function Revoke({ owner, seat }: { owner: string; seat: Seat }) {
  const { give } = useCommands();
  const [open, show] = useState(false);
  const name = nameOf(seat);
  const path = `/v1/organizations/${bareId(owner)}/seats/${bareId(seat.user)}`;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => show(true)}
        aria-label={texts.revokeOf(name)}
      >
        {texts.revoke}
      </Button>
      {open && (
        <ConfirmDialog
          title={texts.revokeTitle(name)}
          action={texts.revoke}
          danger
          onConfirm={() =>
            give({
              method: 'DELETE',
              path,
              body: {},
              sets: path,
              title: texts.revokeOf(name),
              owners: [owner],
            })
          }
          onClose={() => show(false)}
        >
          <Text size="sm">{texts.revokeText}</Text>
        </ConfirmDialog>
      )}
    </>
  );
}

import { Badge, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { bareId, useChange } from '../../api/organization.ts';
import type { Membership } from '../../api/session.ts';
import { usePages } from '../../api/use-pages.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog, useAct } from '../../ui/confirm-dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import { Section } from '../../ui/section.tsx';

interface Invitation {
  id: string;
  email: string;
  role: Membership['role'];
  status: 'pending' | 'accepted' | 'revoked' | 'expired';
  mails: number;
  created_at: string;
  expires_at: string;
}

const texts = t.members.invitations;

/** Who was asked to join and has not yet; not there when there is nobody. */
export function PendingInvitations({ owner }: { owner: string }) {
  const pages = usePages<Invitation>({
    queryKey: ['of', owner, 'invitations'],
    path: `/v1/organizations/${bareId(owner)}/invitations`,
    keep: ({ status }) => status === 'pending' || status === 'expired',
  });
  const { rows, error, again } = pages;
  if (error !== null && rows.length === 0) return <ProblemAlert error={error} again={again} />;
  if (rows.length === 0) return null;
  return (
    <Section title={texts.title} text={texts.text}>
      <RecordList
        caption={texts.title}
        pages={pages}
        keyOf={(row) => row.id}
        columns={columnsOf(owner)}
        empty={null}
      />
    </Section>
  );
}

const columnsOf = (owner: string): readonly Column<Invitation>[] => [
  { name: texts.columns.email, cell: (row) => row.email },
  { name: texts.columns.role, cell: (row) => t.members.roles[row.role] },
  { name: texts.columns.sent, cell: (row) => texts.mails(row.mails) },
  { name: texts.columns.expires, cell: (row) => <Until invitation={row} /> },
  {
    name: texts.columns.actions,
    right: true,
    cell: (row) => <Actions owner={owner} invitation={row} />,
  },
];

const Until = ({ invitation: { status, expires_at } }: { invitation: Invitation }) =>
  status === 'expired' ? (
    <Badge variant="light" color="orange">
      {texts.expired}
    </Badge>
  ) : (
    <Moment at={expires_at} />
  );

function Actions({ owner, invitation }: { owner: string; invitation: Invitation }) {
  const { id, email } = invitation;
  const change = useChange(owner);
  const [revoking, revoke] = useState(false);
  const path = `/v1/organizations/${bareId(owner)}/invitations/${id}`;
  const resend = useAct(
    () => change(`${path}/resend`, { method: 'POST', body: {} }),
    () => undefined,
  );
  return (
    <>
      <Group gap="xs" justify="flex-end">
        <Button
          size="xs"
          variant="default"
          loading={resend.running}
          onClick={() => void resend.run()}
          aria-label={texts.resendTo(email)}
        >
          {texts.resend}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => revoke(true)}
          aria-label={texts.revokeOf(email)}
        >
          {texts.revoke}
        </Button>
      </Group>
      {resend.error !== null && <ProblemAlert error={resend.error} />}
      {revoking && (
        <ConfirmDialog
          title={texts.revokeTitle}
          action={texts.revoke}
          danger
          onConfirm={() => change(path, { method: 'DELETE' })}
          onClose={() => revoke(false)}
        >
          <Text size="sm">{texts.revokeText(email)}</Text>
        </ConfirmDialog>
      )}
    </>
  );
}

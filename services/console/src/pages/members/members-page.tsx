import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { bareId, nameOf, type Member } from '../../api/organization.ts';
import { usePages } from '../../api/use-pages.ts';
import { useFilters } from '../../app/filters.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar, FilterText } from '../../ui/filter-bar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberActions } from './member-actions.tsx';
import { PendingInvitations } from './pending-invitations.tsx';

const m = t.members;

/** Who belongs to the organization, and who was asked to. */
export function MembersPage() {
  const organization = useOrganization();
  const [inviting, invite] = useState(false);
  if (!manages(organization)) return <ManagersOnly title={m.title} />;
  return (
    <>
      <PageHeading title={m.title} text={m.text}>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => invite(true)}>
          {m.invite.button}
        </Button>
      </PageHeading>
      <Stack gap="lg">
        <Card>
          <MemberList owner={organization.owner} />
        </Card>
        <PendingInvitations owner={organization.owner} />
      </Stack>
      {inviting && <InviteDialog onClose={() => invite(false)} />}
    </>
  );
}

function MemberList({ owner }: { owner: string }) {
  const by = useFilters(['search']);
  const pages = usePages<Member>({
    queryKey: ['of', owner, 'members'],
    path: `/v1/organizations/${bareId(owner)}/members`,
    filters: by.filters,
  });
  return (
    <>
      <FilterBar by={by}>
        <FilterText by={by} name="search" label={m.search} search />
      </FilterBar>
      <RecordList
        caption={m.list}
        pages={pages}
        keyOf={(row) => row.user}
        columns={COLUMNS}
        faded={(row) => row.status === 'suspended'}
        empty={
          <EmptyState
            title={by.narrowed ? m.noMatch : m.none}
            text={by.narrowed ? m.noMatchText : m.noneText}
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<Member>[] = [
  { name: m.columns.member, cell: (row) => <Who member={row} /> },
  {
    name: m.columns.role,
    cell: ({ role }) => (
      <Badge variant="light" color={role === 'member' ? 'gray' : 'indigo'}>
        {m.roles[role]}
      </Badge>
    ),
  },
  {
    name: m.columns.status,
    cell: ({ status }) => (
      <Badge variant="light" color={status === 'active' ? 'green' : 'orange'}>
        {m.status[status]}
      </Badge>
    ),
  },
  { name: m.columns.joined, cell: ({ joined_at }) => <Moment at={joined_at} dateOnly /> },
  { name: m.columns.actions, right: true, cell: (row) => <MemberActions member={row} /> },
];

function Who({ member }: { member: Member }) {
  const { user } = useSession();
  return (
    <Stack gap={0}>
      <Group gap={6}>
        <Text fw={600} component="span" inherit>
          {nameOf(member)}
        </Text>
        {member.user === user.id && (
          <Text size="sm" c="dimmed" component="span">
            {m.you}
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {member.email ?? bareId(member.user)}
      </Text>
    </Stack>
  );
}

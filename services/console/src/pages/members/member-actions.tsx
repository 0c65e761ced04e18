import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import { nameOf, type Member } from '../../api/organization.ts';
import { useSession } from '../../api/session.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { Icon } from '../../ui/icon.tsx';
import { OwnershipDialog } from './ownership-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { SuspensionDialog } from './suspension-dialog.tsx';

const m = t.members;
const DIALOGS = {
  role: RoleDialog,
  suspension: SuspensionDialog,
  ownership: OwnershipDialog,
  removal: RemoveDialog,
};

/** What can be done with one member; what concerns owners is for owners. */
export function MemberActions({ member }: { member: Member }) {
  const { role: own } = useOrganization();
  const { user } = useSession();
  const [shown, show] = useState<keyof typeof DIALOGS | null>(null);
  const self = member.user === user.id;
  const managed = member.role !== 'owner' || own === 'owner';
  const succeeds = own === 'owner' && !self && member.status === 'active';
  const Dialog = shown === null ? null : DIALOGS[shown];
  if (!managed && !self) return null;
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            size="lg"
            aria-label={m.actionsFor(nameOf(member))}
          >
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {managed && <Menu.Item onClick={() => show('role')}>{m.role.action}</Menu.Item>}
          {succeeds && (
            <Menu.Item onClick={() => show('ownership')}>{m.ownership.action}</Menu.Item>
          )}
          {managed && !self && (
            <Menu.Item onClick={() => show('suspension')}>
              {member.status === 'active' ? m.suspend.action : m.reinstate.action}
            </Menu.Item>
          )}
          <Menu.Item c="var(--mantine-color-error)" onClick={() => show('removal')}>
            {self ? m.remove.leave : m.remove.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {Dialog !== null && <Dialog member={member} onClose={() => show(null)} />}
    </>
  );
}

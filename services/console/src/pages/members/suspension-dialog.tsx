import { List, Text } from '@mantine/core';
import { bareId, nameOf, useChange, type Member } from '../../api/organization.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

const { suspend, reinstate } = t.members;

/** Freezes what the organization gave to a member, or frees it again. */
export function SuspensionDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const name = nameOf(member);
  const active = member.status === 'active';
  const verb = active ? 'suspend' : 'reinstate';
  const path = `/v1/organizations/${id}/members/${bareId(member.user)}/${verb}`;
  const texts = active ? suspend : reinstate;
  return (
    <ConfirmDialog
      title={texts.title(name)}
      action={texts.confirm(name)}
      danger={active}
      onConfirm={() => change(path, { method: 'POST', body: {} })}
      onClose={onClose}
    >
      {active ? (
        <List size="sm" spacing="xs">
          {suspend.consequences.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
      ) : (
        <Text size="sm">{reinstate.text}</Text>
      )}
    </ConfirmDialog>
  );
}

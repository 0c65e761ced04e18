import { Text } from '@mantine/core';
import { nameOf, useChange, type Member } from '../../api/organization.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

const texts = t.members.ownership;

/** An owner hands the role on. */
export function OwnershipDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id, name: organization, owner } = useOrganization();
  const change = useChange(owner);
  const name = nameOf(member);
  return (
    <ConfirmDialog
      title={texts.title(name)}
      action={texts.confirm(name)}
      danger
      typed={organization}
      onConfirm={() =>
        change(`/v1/organizations/${id}/transfer-ownership`, {
          method: 'POST',
          body: { to: member.user },
        })
      }
      onClose={onClose}
    >
      <Text size="sm">{texts.text(name)}</Text>
    </ConfirmDialog>
  );
}

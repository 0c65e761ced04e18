import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCommands } from '../../api/commands-provider.tsx';
import { bareId, nameOf, type Member } from '../../api/organization.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { usePreview } from '../../api/use-preview.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { LeavingPreview, type Leaving } from './leaving-preview.tsx';

const texts = t.members.remove;

/** Takes a member out, or lets one leave, with what returns to the pool in sight. */
export function RemoveDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id, owner, name: organization } = useOrganization();
  const { user } = useSession();
  const { give } = useCommands();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leaves = member.user === user.id;
  const command = {
    method: 'DELETE',
    path: `/v1/organizations/${id}/members/${bareId(member.user)}`,
    body: {},
  } as const;
  const preview = usePreview<Leaving>(owner, command);
  const name = nameOf(member);
  const action = leaves ? texts.leaveConfirm(organization) : texts.confirm(name);
  const remove = async (): Promise<void> => {
    await give({ ...command, title: action, owners: [owner, member.user] });
    if (leaves) await navigate({ to: '/me/settings' });
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <ConfirmDialog
      title={leaves ? texts.leaveTitle(organization) : texts.title(name)}
      action={action}
      danger
      blocked={preview.state !== 'would'}
      onConfirm={remove}
      onClose={onClose}
    >
      <LeavingPreview preview={preview} />
      <Text size="sm" c="dimmed">
        {leaves ? texts.backSelf : texts.back}
      </Text>
    </ConfirmDialog>
  );
}

import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCommands } from '../../api/commands-provider.tsx';
import { bareId } from '../../api/organization.ts';
import { sessionQuery, useSession, type Membership } from '../../api/session.ts';
import { usePreview } from '../../api/use-preview.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { LeavingPreview, type Leaving } from '../members/leaving-preview.tsx';

const texts = t.members.remove;

interface LeaveDialogProps {
  membership: Membership;
  onClose: () => void;
}

/** Leaves an organization, with what returns to it in sight. */
export function LeaveDialog({ membership, onClose }: LeaveDialogProps) {
  const { user } = useSession();
  const { give } = useCommands();
  const client = useQueryClient();
  const command = {
    method: 'DELETE',
    path: `/v1/organizations/${bareId(membership.id)}/members/${bareId(user.id)}`,
    body: {},
  } as const;
  const preview = usePreview<Leaving>(user.id, command);
  const action = texts.leaveConfirm(membership.name);
  const leave = async (): Promise<void> => {
    await give({ ...command, title: action, owners: [user.id] });
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <ConfirmDialog
      title={texts.leaveTitle(membership.name)}
      action={action}
      danger
      blocked={preview.state !== 'would'}
      onConfirm={leave}
      onClose={onClose}
    >
      <LeavingPreview preview={preview} />
      <Text size="sm" c="dimmed">
        {texts.backSelf}
      </Text>
    </ConfirmDialog>
  );
}

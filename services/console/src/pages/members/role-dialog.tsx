import { Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { bareId, nameOf, useChange, type Member } from '../../api/organization.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { FormActions } from '../../ui/form-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RoleChoice } from './role-choice.tsx';

const texts = t.members.role;

/** Gives a member another role. */
export function RoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [role, setRole] = useState(member.role);
  const { run, running, error } = useAct(
    () =>
      change(`/v1/organizations/${id}/members/${bareId(member.user)}`, {
        method: 'PUT',
        body: { role },
      }),
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={texts.title(nameOf(member))}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack>
          <RoleChoice value={role} onChange={setRole} />
          {member.role === 'owner' && (
            <Text size="sm" c="dimmed">
              {texts.lastOwner}
            </Text>
          )}
          {error !== null && <ProblemAlert error={error} />}
          <FormActions
            action={texts.save}
            running={running}
            disabled={role === member.role}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

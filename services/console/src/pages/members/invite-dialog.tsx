import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageAt } from '../../api/problem.ts';
import { organizationQuery, useChange } from '../../api/organization.ts';
import type { Membership } from '../../api/session.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { FormActions } from '../../ui/form-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RoleChoice } from './role-choice.tsx';

const texts = t.members.invite;

/** Asks somebody by mail. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const { data } = useQuery(organizationQuery(id));
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Membership['role']>('member');
  const body = { email: email.trim(), role };
  const { run, running, error } = useAct(
    () => change(`/v1/organizations/${id}/invitations`, { method: 'POST', body }),
    onClose,
  );
  const gift = data?.settings.default_allocation ?? null;
  return (
    <Modal opened onClose={onClose} title={texts.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack>
          <TextInput
            type="email"
            required
            label={texts.email}
            description={texts.emailHint}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={messageAt(error, '/email')}
            maxLength={254}
            data-autofocus
          />
          <RoleChoice value={role} onChange={setRole} />
          {gift !== null && <Text size="sm">{texts.newcomers(formatCredits(gift))}</Text>}
          {error !== null && <ProblemAlert error={error} />}
          <FormActions
            action={texts.send}
            running={running}
            disabled={email.trim() === ''}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/organization.ts';
import { ApiProblem, messageAt } from '../../api/problem.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { FormActions } from '../../ui/form-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

const texts = t.settings.person;

/** Founds an organization and goes there. */
export function CreateOrganizationDialog({ onClose }: { onClose: () => void }) {
  const { user, organizations } = useSession();
  const change = useChange(user.id);
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [typedId, setTypedId] = useState<string | null>(null);
  const id = typedId ?? idOf(name);
  // An organization that one manages would be renamed by the same request.
  const own = organizations.some((one) => one.id === `org:${id}`);
  const { run, running, error } = useAct(
    () => change(`/v1/organizations/${id}`, { method: 'PUT', body: { name: name.trim() } }),
    () => void navigate({ to: `/orgs/${id}/billing` }),
  );
  const taken = own || (error instanceof ApiProblem && [403, 404].includes(error.status));
  return (
    <Modal opened onClose={onClose} title={texts.createTitle}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!own) void run();
        }}
      >
        <Stack>
          <Text size="sm">{texts.createText}</Text>
          <TextInput
            label={texts.organizationName}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            error={messageAt(error, '/name')}
            data-autofocus
          />
          <TextInput
            label={texts.id}
            description={texts.idHint}
            required
            value={id}
            onChange={(event) => setTypedId(event.currentTarget.value)}
            maxLength={128}
            error={taken ? texts.idTaken : null}
          />
          {error !== null && !taken && <ProblemAlert error={error} />}
          <FormActions
            action={texts.createAction}
            running={running}
            disabled={name.trim() === '' || id === '' || own}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

/** "Acme Research" becomes "acme-research", until somebody writes an id of their own. */
const idOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);

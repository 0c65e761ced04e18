import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/organization.ts';
import { messageAt } from '../../api/problem.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { SaveRow } from '../../ui/save-row.tsx';
import { Section } from '../../ui/section.tsx';

const texts = t.settings.name;

/** How the organization is called; its id stays. */
export function NameForm({ name }: { name: string }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [typed, setTyped] = useState(name);
  const [saved, setSaved] = useState(false);
  const wanted = typed.trim();
  const { run, running, error } = useAct(
    () => change(`/v1/organizations/${id}`, { method: 'PUT', body: { name: wanted } }),
    () => setSaved(true),
  );
  return (
    <Section title={texts.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack maw={360} gap="sm">
          <TextInput
            label={texts.label}
            value={typed}
            onChange={(event) => {
              setSaved(false);
              setTyped(event.currentTarget.value);
            }}
            maxLength={200}
            error={messageAt(error, '/name')}
          />
          {error !== null && <ProblemAlert error={error} />}
          <SaveRow running={running} disabled={wanted === '' || wanted === name} saved={saved} />
        </Stack>
      </form>
    </Section>
  );
}

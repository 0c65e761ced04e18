import { Input, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { bareId, useChange } from '../../api/organization.ts';
import { messageAt } from '../../api/problem.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { SaveRow } from '../../ui/save-row.tsx';
import { Section } from '../../ui/section.tsx';

const texts = t.settings.person;

/** How a person is called, and where mail goes; the address is the sign-in provider's. */
export function ProfileForm() {
  const { user } = useSession();
  const change = useChange(user.id);
  const [name, setName] = useState(user.name ?? '');
  const [saved, setSaved] = useState(false);
  const wanted = textOrNull(name);
  const { run, running, error } = useAct(
    () => change(`/v1/users/${bareId(user.id)}`, { method: 'PUT', body: { name: wanted } }),
    () => setSaved(true),
  );
  return (
    <Section title={texts.profile}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack maw={360} gap="sm">
          <TextInput
            label={texts.name}
            value={name}
            onChange={(event) => {
              setSaved(false);
              setName(event.currentTarget.value);
            }}
            maxLength={200}
            autoComplete="name"
            error={messageAt(error, '/name')}
          />
          <Input.Wrapper label={texts.email} description={texts.emailHint} labelElement="div">
            <Text mt={4}>{user.email ?? texts.emailNone}</Text>
          </Input.Wrapper>
          {error !== null && <ProblemAlert error={error} />}
          <SaveRow running={running} disabled={wanted === user.name} saved={saved} />
        </Stack>
      </form>
    </Section>
  );
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

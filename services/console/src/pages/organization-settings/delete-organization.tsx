import { Alert, Button, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommands } from '../../api/commands-provider.tsx';
import { read } from '../../api/request.ts';
import { sessionQuery } from '../../api/session.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';

interface Deletion {
  name: string;
  confirmation: { confirm: string; forfeit: string };
  consequences: readonly {
    what: string;
    count: number | null;
    amount: string | null;
    detail: string;
  }[];
  blockers: readonly { code: string; detail: string }[];
}

const texts = t.settings.danger;

/** Where an organization ends; owners alone may. */
export function DeleteOrganization() {
  const { role } = useOrganization();
  const [open, show] = useState(false);
  return (
    <Section title={texts.title} text={texts.organizationText}>
      {role === 'owner' ? (
        <div>
          <Button color="red" variant="light" onClick={() => show(true)}>
            {texts.deleteOrganization}
          </Button>
        </div>
      ) : (
        <Text size="sm">{texts.onlyOwners}</Text>
      )}
      {open && <DeleteDialog onClose={() => show(false)} />}
    </Section>
  );
}

/** What would be lost first; then the name. */
function DeleteDialog({ onClose }: { onClose: () => void }) {
  const { id, owner, name } = useOrganization();
  const { give } = useCommands();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error } = useQuery({
    queryKey: ['of', owner, 'deletion'],
    queryFn: ({ signal }) => read<Deletion>(`/v1/organizations/${id}/deletion`, { signal }),
    staleTime: 0,
  });
  const remove = async (): Promise<void> => {
    await give({
      method: 'DELETE',
      path: `/v1/organizations/${id}`,
      body: data?.confirmation,
      title: texts.deleteConfirm(name),
      owners: [],
    });
    await navigate({ to: '/me/settings' });
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <ConfirmDialog
      title={texts.deleteTitle(name)}
      action={texts.deleteConfirm(name)}
      danger
      typed={name}
      blocked={data === undefined || data.blockers.length > 0}
      onConfirm={remove}
      onClose={onClose}
    >
      {error !== null && <ProblemAlert error={error} />}
      {data === undefined && error === null && <Skeleton h={160} />}
      {data !== undefined && <Consequences deletion={data} />}
    </ConfirmDialog>
  );
}

function Consequences({ deletion }: { deletion: Deletion }) {
  const { consequences, blockers, confirmation } = deletion;
  return (
    <Stack gap="sm">
      {blockers.length > 0 && (
        <Alert color="orange" title={texts.blocked} role="alert">
          <List size="sm">
            {blockers.map(({ code, detail }) => (
              <List.Item key={code}>{detail}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Text fw={650}>{texts.first}</Text>
      {confirmation.forfeit !== '0' && (
        <Text c="var(--mantine-color-error)" fw={600}>
          {texts.forfeits(formatCredits(confirmation.forfeit))}
        </Text>
      )}
      {consequences.length === 0 && <Text size="sm">{texts.nothing}</Text>}
      <List size="sm" spacing="xs">
        {consequences.map(({ what, count, amount, detail }) => (
          <List.Item key={what}>
            <b>
              {texts.what[what] ?? what}
              {count !== null && ` (${count})`}
              {amount !== null && `: ${formatCredits(amount)} ${t.words.credits}`}
            </b>
            . {detail}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

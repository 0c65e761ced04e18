import { Alert, Button, List, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { bareId } from '../../api/organization.ts';
import { read } from '../../api/request.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { Credits } from '../../ui/amounts.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';

interface AccountEnd {
  balance: string;
  owed: string;
  held: string;
  unpaid_purchases: number;
  pending_requests: number;
  blockers: readonly string[];
}

const texts = t.settings.danger;

/** Where an account ends. */
export function DeleteAccount() {
  const [open, show] = useState(false);
  return (
    <Section title={texts.title} text={texts.personText}>
      <div>
        <Button color="red" variant="light" onClick={() => show(true)}>
          {texts.deleteAccount}
        </Button>
      </div>
      {open && <DeleteAccountDialog onClose={() => show(false)} />}
    </Section>
  );
}

function DeleteAccountDialog({ onClose }: { onClose: () => void }) {
  const { user } = useSession();
  const client = useQueryClient();
  const path = `/v1/users/${bareId(user.id)}`;
  const ask = (preview: boolean, signal?: AbortSignal): Promise<AccountEnd> =>
    read<AccountEnd>(path, { method: 'DELETE', body: { preview }, ...(signal && { signal }) });
  const { data, error } = useQuery({
    queryKey: ['of', user.id, 'deletion'],
    queryFn: ({ signal }) => ask(true, signal),
    staleTime: 0,
  });
  const remove = async (): Promise<void> => {
    await ask(false);
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <ConfirmDialog
      title={texts.accountTitle}
      action={texts.accountConfirm}
      danger
      typed={bareId(user.id)}
      blocked={data === undefined || data.blockers.length > 0}
      onConfirm={remove}
      onClose={onClose}
    >
      {error !== null && <ProblemAlert error={error} />}
      {data !== undefined && <MoneyFirst end={data} />}
    </ConfirmDialog>
  );
}

function MoneyFirst({ end }: { end: AccountEnd }) {
  return (
    <Stack gap="sm">
      <FactList
        label={texts.first}
        facts={[
          { name: texts.balance, value: <Credits amount={end.balance} />, strong: true },
          { name: texts.owed, value: <Credits amount={end.owed} /> },
          { name: texts.held, value: <Credits amount={end.held} /> },
          { name: texts.purchases, value: end.unpaid_purchases },
          { name: texts.pendingRequests, value: end.pending_requests },
        ]}
      />
      {end.blockers.length > 0 && (
        <Alert color="orange" title={texts.blocked} role="alert">
          <List size="sm">
            {end.blockers.map((code) => (
              <List.Item key={code}>{texts.blockers[code] ?? code}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}

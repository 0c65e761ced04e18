import { Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { dayAfter, dayOf, startOfDay } from '../../ui/days.ts';
import type { ApiKey } from './api-key.ts';

const k = t.keys;

export type KeyAct = { kind: 'create' } | { kind: 'rotate' | 'revoke'; key: ApiKey };

interface KeyDialogProps {
  act: KeyAct;
  owner: string;
  close: () => void;
  /** Hears of the new key, which is shown once; of none when a key ended. */
  settled: (key: ApiKey | null) => void;
}

/** Makes, rotates or ends a key. */
export function KeyDialog({ act, owner, close, settled }: KeyDialogProps) {
  if (act.kind === 'create') return <CreateDialog owner={owner} close={close} settled={settled} />;
  const { key, kind } = act;
  const path = `/v1/api-keys/${key.id}`;
  if (kind === 'rotate') {
    return (
      <ConfirmDialog
        title={k.rotateTitle(key.name)}
        action={k.rotate}
        onConfirm={async () =>
          settled(await read<ApiKey>(`${path}/rotate`, { method: 'POST', body: {} }))
        }
        onClose={close}
      >
        <Text size="sm">{k.rotateText}</Text>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title={k.revokeTitle(key.name)}
      action={k.revoke}
      onConfirm={async () => {
        await read(path, { method: 'DELETE' });
        settled(null);
      }}
      onClose={close}
      typed={key.name}
      danger
    >
      <Text size="sm">{k.revokeText}</Text>
    </ConfirmDialog>
  );
}

type CreateDialogProps = Omit<KeyDialogProps, 'act'>;

function CreateDialog({ owner, close, settled }: CreateDialogProps) {
  const { operator } = useSession();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['charges:write', 'wallets:read']);
  const [ends, setEnds] = useState('');
  const [today] = useState(() => dayOf(new Date()));
  const over = ends !== '' && ends < today;
  const [writes, setWrites] = useState('');
  const limited = /^[1-9]\d{0,6}$/.test(writes);
  const create = async (): Promise<void> => {
    const body = {
      name: name.trim(),
      scopes,
      organization: owner,
      ...(ends !== '' && { expires_at: startOfDay(dayAfter(ends)) }),
      ...(limited && { rate_limit: { writes: `${writes}/60s` } }),
    };
    settled(await read<ApiKey>('/v1/api-keys', { method: 'POST', body, operator: limited }));
  };
  return (
    <ConfirmDialog
      title={k.create}
      action={k.create}
      onConfirm={create}
      onClose={close}
      blocked={name.trim() === '' || scopes.length === 0 || over || (writes !== '' && !limited)}
    >
      <TextInput
        label={k.name}
        placeholder={k.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        required
        data-autofocus
      />
      <Checkbox.Group label={k.scopes} value={scopes} onChange={setScopes}>
        <Stack gap="xs" mt="xs">
          {Object.entries(k.scopeWords).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} description={value} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        type="date"
        label={k.expires}
        value={ends}
        min={today}
        error={over ? k.over : undefined}
        onChange={(event) => setEnds(event.currentTarget.value)}
      />
      {operator && (
        <TextInput
          label={k.limit}
          description={k.limitHint}
          inputMode="numeric"
          value={writes}
          onChange={(event) => setWrites(event.currentTarget.value)}
        />
      )}
    </ConfirmDialog>
  );
}

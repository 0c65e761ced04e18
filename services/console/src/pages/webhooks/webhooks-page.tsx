import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { messageAt } from '../../api/problem.ts';
import { read } from '../../api/request.ts';
import { usePages } from '../../api/use-pages.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { RecordList, type Column } from '../../ui/record-table.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { ManagersOnly } from '../billing/managers-only.tsx';
import type { Webhook } from './webhook.ts';
import { WebhookState } from './webhook-state.tsx';

const w = t.webhooks;

/** The addresses that hear what happens to an organization's credits, for who manages it. */
export function WebhooksPage() {
  return manages(useOrganization()) ? <Webhooks /> : <ManagersOnly title={w.title} />;
}

function Webhooks() {
  const { owner, name, base } = useOrganization();
  const client = useQueryClient();
  const queryKey = ['webhooks', owner];
  const pages = usePages<Webhook>({ queryKey, path: '/v1/webhooks', filters: { owner } });
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const made = (webhook: Webhook): void => {
    setSecret(webhook.secret ?? null);
    void client.invalidateQueries({ queryKey });
  };
  return (
    <>
      <PageHeading title={w.title} text={w.text(name)}>
        <Button onClick={() => setCreating(true)}>{w.create}</Button>
      </PageHeading>
      {secret !== null && (
        <ShownOnce words={w.secret} secret={secret} done={() => setSecret(null)} />
      )}
      <RecordList
        framed
        caption={w.caption}
        pages={pages}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        to={({ id }) => `${base}/webhooks/${id}`}
        empty={<EmptyState {...w.none} />}
      />
      {creating && <CreateDialog owner={owner} close={() => setCreating(false)} settled={made} />}
    </>
  );
}

const COLUMNS: readonly Column<Webhook>[] = [
  { name: w.url, cell: ({ url }) => url },
  { name: w.state, cell: (webhook) => <WebhookState webhook={webhook} /> },
  {
    name: w.types,
    cell: ({ event_types: types }) => (types.includes('*') ? w.everything : types.join(', ')),
  },
  { name: t.keys.created, cell: ({ created_at: at }) => <Moment at={at} dateOnly /> },
];

const GROUPS = Object.entries(w.groups).map(([value, label]) => ({ value, label }));

interface CreateDialogProps {
  owner: string;
  close: () => void;
  settled: (webhook: Webhook) => void;
}

function CreateDialog({ owner, close, settled }: CreateDialogProps) {
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [types, setTypes] = useState<string[]>([]);
  const [refusal, setRefusal] = useState<unknown>(null);
  const create = async (): Promise<void> => {
    setRefusal(null);
    const body = {
      owner,
      url: url.trim(),
      event_types: types.length === 0 ? ['*'] : types,
      ...(description.trim() !== '' && { description: description.trim() }),
    };
    try {
      settled(await read<Webhook>('/v1/webhooks', { method: 'POST', body }));
    } catch (error) {
      setRefusal(error);
      throw error;
    }
  };
  return (
    <ConfirmDialog
      title={w.create}
      action={w.create}
      onConfirm={create}
      onClose={close}
      blocked={url.trim() === ''}
    >
      <TextInput
        type="url"
        label={w.url}
        description={w.urlHint}
        placeholder="https://example.com/bursar"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={messageAt(refusal, '/url')}
        required
        data-autofocus
      />
      <TextInput
        label={w.description}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={200}
      />
      <MultiSelect
        label={w.types}
        description={w.typesHint}
        placeholder={types.length === 0 ? w.everything : undefined}
        data={GROUPS}
        value={types}
        onChange={setTypes}
        clearable
      />
    </ConfirmDialog>
  );
}

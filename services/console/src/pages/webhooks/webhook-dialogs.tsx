import { Group, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { dayAfter, dayOf, startOfDay } from '../../ui/days.ts';
import type { Webhook } from './webhook.ts';

const w = t.webhooks;

export type WebhookAct = 'rotate' | 'remove' | 'replay';

interface WebhookDialogProps {
  act: WebhookAct;
  webhook: Webhook;
  close: () => void;
  /** Hears the new secret, which is shown once. */
  settled: (secret: string | null) => void;
}

/** What wants a second thought: another secret, the end of a webhook, sending many again. */
export function WebhookDialog(props: WebhookDialogProps) {
  const { act, webhook, close, settled } = props;
  const { base } = useOrganization();
  const navigate = useNavigate();
  const path = `/v1/webhooks/${webhook.id}`;
  if (act === 'replay') return <ReplayDialog {...props} />;
  if (act === 'rotate') {
    const rotate = async (): Promise<void> => {
      const { secret } = await read<Webhook>(`${path}/rotate`, { method: 'POST', body: {} });
      settled(secret ?? null);
    };
    return (
      <ConfirmDialog title={w.rotate} action={w.rotate} onConfirm={rotate} onClose={close}>
        <Text size="sm">{w.rotateText}</Text>
      </ConfirmDialog>
    );
  }
  const remove = async (): Promise<void> => {
    await read(path, { method: 'DELETE' });
    await navigate({ to: `${base}/webhooks` });
    settled(null);
  };
  return (
    <ConfirmDialog
      title={w.removeTitle}
      action={w.remove}
      onConfirm={remove}
      onClose={close}
      typed={new URL(webhook.url).host}
      danger
    >
      <Text size="sm">{w.removeText}</Text>
    </ConfirmDialog>
  );
}

const DAY_MS = 86_400_000;

function ReplayDialog({ webhook, close }: WebhookDialogProps) {
  const client = useQueryClient();
  const [from, setFrom] = useState(() => dayOf(new Date(Date.now() - DAY_MS)));
  const [to, setTo] = useState(() => dayOf(new Date()));
  const replay = async (): Promise<void> => {
    const body = { from: startOfDay(from), to: startOfDay(dayAfter(to)) };
    await read(`/v1/webhooks/${webhook.id}/replay`, { method: 'POST', body });
    await client.invalidateQueries({ queryKey: ['deliveries', webhook.id] });
  };
  return (
    <ConfirmDialog
      title={w.replayRange}
      action={w.replay}
      onConfirm={replay}
      onClose={close}
      blocked={startOfDay(from) === undefined || startOfDay(to) === undefined}
    >
      <Text size="sm">{w.replayRangeText}</Text>
      <Group grow>
        <TextInput
          type="date"
          label={w.from}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={w.to}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
    </ConfirmDialog>
  );
}

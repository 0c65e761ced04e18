import { Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { messageAt } from '../../../api/problem.ts';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/for-operators.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import type { Run } from './reconciliation.ts';

const r = t.reconciliation;
const DAY_MS = 86_400_000;

/** Asks for a run and goes to its page, where its progress is seen. */
export function RunDialog({ close }: { close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [mode, setMode] = useState('dry_run');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [refusal, setRefusal] = useState<unknown>(null);
  const start = async (): Promise<void> => {
    setRefusal(null);
    const body = {
      mode,
      ...(from !== '' && { from: `${from}T00:00:00Z` }),
      ...(to !== '' && { to: dayAfter(to) }),
    };
    try {
      const run = await read<Run>('/v1/reconciliations', { method: 'POST', body, operator: true });
      void client.invalidateQueries({ queryKey: ['operator', 'reconciliation'] });
      await navigate({ to: `/operator/reconciliation/runs/${run.id}` });
    } catch (error) {
      setRefusal(error);
      throw error;
    }
  };
  return (
    <ConfirmDialog title={r.runTitle} action={r.start} onConfirm={start} onClose={close}>
      <Text size="sm">{r.runText}</Text>
      <Radio.Group label={r.mode} value={mode} onChange={setMode}>
        <Stack gap="xs" mt="xs">
          {Object.entries(r.modes).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label={r.from}
          description={r.rangeHint}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          error={messageAt(refusal, '/from')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <TextInput
          type="date"
          label={r.to}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={messageAt(refusal, '/to')}
        />
      </Group>
    </ConfirmDialog>
  );
}

/** The end of a UTC day; never later than now, where webhooks are still on their way. */
const dayAfter = (day: string): string =>
  new Date(Math.min(Date.parse(`${day}T00:00:00Z`) + DAY_MS, Date.now())).toISOString();

import { Radio, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/request.ts';
import { t } from '../../texts/for-operators.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

const r = t.operator.review;

/** Decides about an order that nobody else can. */
export function ReviewDialog({ purchase, close }: { purchase: string; close: () => void }) {
  const client = useQueryClient();
  const [decision, setDecision] = useState('dismiss');
  const [reason, setReason] = useState('');
  const review = async (): Promise<void> => {
    await read(`/v1/purchases/${purchase}/review`, {
      method: 'POST',
      body: { decision, reason: reason.trim() },
      operator: true,
    });
    await client.invalidateQueries({ queryKey: ['operator'] });
  };
  return (
    <ConfirmDialog
      title={r.title}
      action={r.action}
      onConfirm={review}
      onClose={close}
      blocked={reason.trim() === ''}
    >
      <Text size="sm">{r.text}</Text>
      <Radio.Group label={r.decision} value={decision} onChange={setDecision}>
        <Stack gap="xs" mt="xs">
          {Object.entries(r.decisions).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label={r.reason}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        required
      />
    </ConfirmDialog>
  );
}

import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../api/commands-provider.tsx';
import { useQueryClient } from '@tanstack/react-query';
import { t } from '../../texts/index.ts';
import { AmountInput } from '../../ui/amount-input.tsx';
import { formatCredits } from '../../ui/amounts.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { readTypedAmount, typedFrom } from '../../ui/typed-amount.ts';
import type { Transaction } from './transaction.ts';

const r = t.transaction.reverse;

/** Gives a charge back, in full or in part; for operators. */
export function ReverseDialog({ charge, close }: { charge: Transaction; close: () => void }) {
  const { give } = useCommands();
  const client = useQueryClient();
  const most = charge.amount.replace('-', '');
  const [typed, setTyped] = useState(typedFrom(most));
  const [reason, setReason] = useState('');
  const read = readTypedAmount(typed);
  const reverse = async (): Promise<void> => {
    await give({
      title: r.title(read.ok ? formatCredits(read.amount) : typed),
      owners: [charge.wallet],
      path: `/v1/charges/${charge.id}/reverse`,
      body: { amount: read.ok ? read.amount : typed, reason },
      operator: true,
    });
    await client.invalidateQueries({ queryKey: ['transaction', charge.id] });
  };
  return (
    <ConfirmDialog
      title={r.open}
      action={r.action}
      onConfirm={reverse}
      onClose={close}
      blocked={!read.ok || reason.trim() === ''}
    >
      <Text size="sm">{r.text(charge.wallet)}</Text>
      <AmountInput label={r.amount} value={typed} onChange={setTyped} most={most} />
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

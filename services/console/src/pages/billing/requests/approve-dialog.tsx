import { Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { messageAt } from '../../../api/problem.ts';
import { walletQuery } from '../../../api/wallet.ts';
import { t } from '../../../texts/for-management.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { readTypedAmount, typedFrom } from '../../../ui/typed-amount.ts';
import { askerOf, type CreditRequest } from './credit-request.ts';

const texts = t.billing.requests;

interface ApproveDialogProps {
  request: CreditRequest;
  onClose: () => void;
}

/** Gives what was asked for, or less. */
export function ApproveDialog({ request, onClose }: ApproveDialogProps) {
  const { give } = useCommands();
  const { data: pool } = useQuery(walletQuery(request.organization));
  const [amount, setAmount] = useState(typedFrom(request.amount));
  const read = readTypedAmount(amount);
  const action = read.ok ? texts.approveConfirm(formatCredits(read.amount)) : texts.approve;
  const { run, running, error } = useAct(async () => {
    if (!read.ok) return;
    await give({
      title: `${action}: ${askerOf(request)}`,
      path: `/v1/credit-requests/${request.id}/approve`,
      body: { amount: read.amount },
      owners: [request.organization],
    });
  }, onClose);
  return (
    <Modal opened onClose={onClose} title={texts.approveTitle(askerOf(request))}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack>
          <Asked request={request} />
          <AmountInput
            label={texts.approveAmount}
            value={amount}
            onChange={setAmount}
            most={request.amount}
            available={pool?.available}
            verdict={messageAt(error, '/amount')}
            data-autofocus
          />
          {error !== null && <ProblemAlert error={error} />}
          <FormActions action={action} running={running} disabled={!read.ok} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

/** What was asked for, and for what. */
export const Asked = ({ request: { amount, reason } }: { request: CreditRequest }) => (
  <Text size="sm">
    {texts.asked(formatCredits(amount))}
    {reason !== null && `: “${reason}”`}
  </Text>
);

import { Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { messageAt } from '../../../api/problem.ts';
import { useSession } from '../../../api/session.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { useCreditRequests } from '../requests/credit-request.ts';

const texts = t.billing.member;

/** Asks the organization for credits; there is one open request at a time. */
export function RequestPanel() {
  const { owner } = useOrganization();
  const { give } = useCommands();
  const { user } = useSession();
  const { rows } = useCreditRequests(owner, { status: 'pending', member: user.id });
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const read = readTypedAmount(amount);
  const action = read.ok ? texts.sent(formatCredits(read.amount)) : texts.send;
  const { run, running, error } = useAct(
    async () => {
      if (!read.ok) return;
      const words = reason.trim();
      await give({
        title: action,
        path: '/v1/credit-requests',
        awaits: () => t.shell.activity.awaitsDecision,
        body: { organization: owner, amount: read.amount, ...(words !== '' && { reason: words }) },
        owners: [owner],
      });
    },
    () => {
      setAmount('');
      setReason('');
    },
  );
  if (rows.length > 0) return null;
  return (
    <Section title={texts.ask} text={texts.askText}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack maw={480}>
          <AmountInput
            label={texts.amount}
            value={amount}
            onChange={setAmount}
            verdict={messageAt(error, '/amount')}
          />
          <Textarea
            label={texts.reason}
            description={texts.reasonHint}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
          />
          {error !== null && <ProblemAlert error={error} />}
          <FormActions action={action} running={running} disabled={!read.ok} />
        </Stack>
      </form>
    </Section>
  );
}

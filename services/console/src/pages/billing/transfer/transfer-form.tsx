import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { nameOf } from '../../../api/organization.ts';
import { usePreview } from '../../../api/use-preview.ts';
import type { Wallet } from '../../../api/wallet.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { PreviewPanel } from '../../../ui/preview-panel.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { AllocationProgress } from './allocation-progress.tsx';
import { listFaults } from './list-faults.tsx';
import { isLarge, outcomeOf, type Outcome, type TransferPreview } from './outcome.ts';
import { OutcomePreview } from './outcome-preview.tsx';
import { commandOf, EMPTY_DRAFT, type Draft } from './recipients.ts';
import { TransferFields } from './transfer-fields.tsx';

const texts = t.billing.transfer;

interface TransferFormProps {
  wallet: Wallet;
  onDone: () => void;
  onCancel: () => void;
}

/** Who receives how much; below, what the server says would happen; then the act, by its name. */
export function TransferForm({ wallet, onDone, onCancel }: TransferFormProps) {
  const owner = wallet.wallet;
  const { name: organization } = useOrganization();
  const { give } = useCommands();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [typed, setTyped] = useState('');
  const command = commandOf(owner, draft);
  const preview = usePreview<TransferPreview>(owner, command);
  const outcome = preview.state === 'would' ? outcomeOf(preview.result, wallet) : null;
  const title = outcome === null ? texts.incomplete : titleOf(draft, outcome);
  const { run, running, error } = useAct(async () => {
    if (command !== null) await give({ ...command, title, owners: [owner] });
  }, onDone);
  const large = outcome !== null && isLarge(outcome);
  const ready = outcome !== null && (!large || isTotal(typed, outcome));
  const to = outcome === null ? '' : recipientsOf(draft, outcome);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void run();
      }}
    >
      <Stack>
        <TransferFields wallet={wallet} draft={draft} error={error} onChange={setDraft} />
        <PreviewPanel preview={preview} invitation={texts.invitation} refused={listFaults}>
          {(result) => (
            <OutcomePreview outcome={outcomeOf(result, wallet)} from={organization} to={to} />
          )}
        </PreviewPanel>
        {large && (
          <TextInput
            label={texts.typeTotal(formatCredits(outcome.total))}
            description={texts.large}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            inputMode="decimal"
          />
        )}
        {error !== null && <ProblemAlert error={error} />}
        {running && <AllocationProgress title={title} />}
        <FormActions action={title} running={running} disabled={!ready} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

function isTotal(typed: string, { total }: Outcome): boolean {
  const read = readTypedAmount(typed);
  return read.ok && read.amount === total;
}

const recipientsOf = ({ audience, member }: Draft, { recipients }: Outcome): string =>
  audience === 'one' && member !== null ? nameOf(member) : texts.recipients(recipients);

const titleOf = (draft: Draft, outcome: Outcome): string =>
  draft.audience === 'one'
    ? texts.transferTo(formatCredits(outcome.total), recipientsOf(draft, outcome))
    : texts.allocate(formatCredits(outcome.total), outcome.recipients);

import { Stack, Text } from '@mantine/core';
import { useCommands } from '../../../api/commands-provider.tsx';
import type { Command } from '../../../api/run-command.ts';
import { t } from '../../../texts/for-operators.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import type { Entry, EntryOutcome } from './entry.ts';
import { EntryEffect } from './entry-effect.tsx';

const g = t.operator.grants;

/** What was looked at is what is given, whatever became of the page's preview meanwhile. */
export interface Reviewed {
  title: string;
  entry: Entry;
  command: Command;
  outcome: EntryOutcome;
}

interface GiveDialogProps extends Reviewed {
  close: () => void;
  settled: () => void;
}

/** Writes an entry once the wallet's name was typed. */
export function GiveDialog({ title, entry, command, outcome, close, settled }: GiveDialogProps) {
  const { give } = useCommands();
  const wallet = entry.wallet.trim();
  const carryOut = async (): Promise<void> => {
    await give({ title, owners: [wallet], ...command });
    settled();
  };
  return (
    <ConfirmDialog
      title={title}
      action={g.action[entry.kind]}
      onConfirm={carryOut}
      onClose={close}
      typed={wallet}
      danger={entry.kind === 'deduction'}
    >
      <Stack gap="sm">
        <Text size="sm">{g.confirmText}</Text>
        <EntryEffect wallet={wallet} outcome={outcome} />
        <Text size="sm">
          {g.reason}: “{entry.reason.trim()}”
        </Text>
      </Stack>
    </ConfirmDialog>
  );
}

import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { usePreview } from '../../../api/use-preview.ts';
import { t } from '../../../texts/for-operators.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { PreviewPanel } from '../../../ui/preview-panel.tsx';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { Notice } from '../notice.tsx';
import { entryCommand, EMPTY_ENTRY, type Entry, type EntryOutcome } from './entry.ts';
import { EntryEffect } from './entry-effect.tsx';
import { EntryForm } from './entry-form.tsx';
import { GiveDialog, type Reviewed } from './give-dialog.tsx';

const g = t.operator.grants;

/** Corrects a wallet by hand: what it would do is seen first, and the reason stays in the books. */
export function GrantsPage() {
  const [entry, setEntry] = useState<Entry>(EMPTY_ENTRY);
  const [reviewed, review] = useState<Reviewed | null>(null);
  const [done, setDone] = useState<readonly string[]>([]);
  const change = (to: Partial<Entry>): void => setEntry((before) => ({ ...before, ...to }));
  const wallet = entry.wallet.trim();
  const command = entryCommand(entry);
  const preview = usePreview<EntryOutcome>(wallet, command);
  const title = titleOf(entry);
  const settled = (): void => {
    setDone((before) => [reviewed?.title ?? title, ...before]);
    setEntry(EMPTY_ENTRY);
  };
  return (
    <>
      <PageHeading title={g.title} text={g.text} />
      {done.map((one, index) => (
        <Notice key={`${done.length - index}`} text={g.done(one)} />
      ))}
      <SimpleGrid cols={{ base: 1, md: 2 }} mt={done.length > 0 ? 'md' : 0}>
        <EntryForm
          entry={entry}
          change={change}
          refusal={preview.state === 'refused' ? preview.error : null}
          submit={
            preview.state === 'would' && command !== null
              ? () => review({ title, entry, command, outcome: preview.result })
              : null
          }
        />
        <Stack>
          <PreviewPanel preview={preview} invitation={g.invitation}>
            {(outcome) => <EntryEffect wallet={wallet} outcome={outcome} />}
          </PreviewPanel>
          <Text size="sm" c="dimmed">
            {g.reverseHint}
          </Text>
        </Stack>
      </SimpleGrid>
      {reviewed !== null && (
        <GiveDialog {...reviewed} close={() => review(null)} settled={settled} />
      )}
    </>
  );
}

function titleOf({ kind, amount, wallet }: Entry): string {
  const read = readTypedAmount(amount);
  return g.acts[kind](read.ok ? formatCredits(read.amount) : amount, wallet.trim());
}

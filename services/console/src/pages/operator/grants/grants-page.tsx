import {
  Button,
  Card,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { messageAt } from '../../../api/problem.ts';
import { usePreview } from '../../../api/use-preview.ts';
import { t } from '../../../texts/for-operators.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits } from '../../../ui/amounts.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { PreviewPanel } from '../../../ui/preview-panel.tsx';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { Notice } from '../notice.tsx';
import { entryCommand, EMPTY_ENTRY, isOwner, type Entry, type EntryOutcome } from './entry.ts';
import { EntryEffect } from './entry-effect.tsx';
import { GiveDialog, type Reviewed } from './give-dialog.tsx';

const g = t.operator.grants;
const KINDS = Object.entries(g.kinds).map(([value, label]) => ({ value, label }));

/** Corrects a wallet by hand: what it would do is seen first, and the reason stays in the books. */
export function GrantsPage() {
  const [entry, setEntry] = useState<Entry>(EMPTY_ENTRY);
  const [reviewed, review] = useState<Reviewed | null>(null);
  const [done, setDone] = useState<readonly string[]>([]);
  const { wallet, kind, amount: typed } = entry;
  const change = (to: Partial<Entry>): void => setEntry((before) => ({ ...before, ...to }));
  const command = entryCommand(entry);
  const preview = usePreview<EntryOutcome>(wallet.trim(), command);
  const refusal = preview.state === 'refused' ? preview.error : null;
  const read = readTypedAmount(typed);
  const title = g.acts[kind](read.ok ? formatCredits(read.amount) : typed, wallet.trim());
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
        <Card component="section" aria-label={g.form}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (preview.state !== 'would' || command === null) return;
              review({ title, entry, command, outcome: preview.result });
            }}
          >
            <Stack>
              <TextInput
                label={g.wallet}
                description={g.walletHint}
                placeholder="user:ana"
                value={wallet}
                onChange={(event) => change({ wallet: event.currentTarget.value })}
                error={
                  messageAt(refusal, '/wallet') ??
                  (wallet.length > 5 && !isOwner(wallet) ? g.walletWrong : null)
                }
                maxLength={200}
                spellCheck={false}
                autoComplete="off"
                required
              />
              <Select
                label={g.kind}
                data={KINDS}
                value={kind}
                onChange={(next) => change({ kind: (next as Entry['kind'] | null) ?? kind })}
                allowDeselect={false}
              />
              <AmountInput
                label={g.amount}
                value={typed}
                onChange={(next) => change({ amount: next })}
                verdict={messageAt(refusal, '/amount')}
                required
              />
              {kind !== 'deduction' && (
                <TextInput
                  type="date"
                  label={g.expires}
                  description={g.expiresHint}
                  value={entry.lastDay}
                  onChange={(event) => change({ lastDay: event.currentTarget.value })}
                  error={messageAt(refusal, '/expires_at')}
                />
              )}
              <Textarea
                label={g.reason}
                description={g.reasonHint}
                value={entry.reason}
                onChange={(event) => change({ reason: event.currentTarget.value })}
                maxLength={500}
                autosize
                minRows={2}
                required
              />
              <Group justify="flex-end">
                <Button type="submit" disabled={preview.state !== 'would'}>
                  {g.review}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
        <Stack>
          <PreviewPanel preview={preview} invitation={g.invitation}>
            {(outcome) => <EntryEffect wallet={wallet.trim()} outcome={outcome} />}
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

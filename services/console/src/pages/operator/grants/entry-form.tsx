import { Button, Card, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { messageAt } from '../../../api/problem.ts';
import { t } from '../../../texts/for-operators.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { isOwner, type Entry } from './entry.ts';

const g = t.operator.grants;
const KINDS = Object.entries(g.kinds).map(([value, label]) => ({ value, label }));

interface EntryFieldsProps {
  entry: Entry;
  change: (to: Partial<Entry>) => void;
  /** Why the server would not do it. */
  refusal: Error | null;
}

interface EntryFormProps extends EntryFieldsProps {
  /** `null` while the server does not say what it would do. */
  submit: (() => void) | null;
}

/** What an operator writes by hand; the server's verdict stands beside the field that it is about. */
export function EntryForm({ entry, change, refusal, submit }: EntryFormProps) {
  return (
    <Card component="section" aria-label={g.form}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit?.();
        }}
      >
        <Stack>
          <WalletField {...{ entry, change, refusal }} />
          <Select
            label={g.kind}
            data={KINDS}
            value={entry.kind}
            onChange={(next) => change({ kind: (next as Entry['kind'] | null) ?? entry.kind })}
            allowDeselect={false}
          />
          <AmountInput
            label={g.amount}
            value={entry.amount}
            onChange={(next) => change({ amount: next })}
            verdict={messageAt(refusal, '/amount')}
            required
          />
          {entry.kind !== 'deduction' && (
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
            <Button type="submit" disabled={submit === null}>
              {g.review}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function WalletField({ entry: { wallet }, change, refusal }: EntryFieldsProps) {
  const isWrong = wallet.length > 5 && !isOwner(wallet);
  return (
    <TextInput
      label={g.wallet}
      description={g.walletHint}
      placeholder="user:ana"
      value={wallet}
      onChange={(event) => change({ wallet: event.currentTarget.value })}
      error={messageAt(refusal, '/wallet') ?? (isWrong ? g.walletWrong : null)}
      maxLength={200}
      spellCheck={false}
      autoComplete="off"
      required
    />
  );
}

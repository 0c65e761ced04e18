import { NativeSelect, SegmentedControl, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { messageAt } from '../../../api/problem.ts';
import type { Wallet } from '../../../api/wallet.ts';
import { t } from '../../../texts/for-management.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits } from '../../../ui/amounts.tsx';
import { MemberSelect, MembersSelect } from '../../../ui/member-select.tsx';
import { ListField } from './list-field.tsx';
import { kindInWords } from './outcome-preview.tsx';
import type { Audience, Draft } from './recipients.ts';

const texts = t.billing.transfer;
const AUDIENCES: readonly Audience[] = ['one', 'selected', 'all', 'list'];

interface TransferFieldsProps {
  wallet: Wallet;
  draft: Draft;
  error: Error | null;
  onChange: (draft: Draft) => void;
}

/** Who, of which kind, how much, and why. */
export function TransferFields({ wallet, draft, error, onChange }: TransferFieldsProps) {
  const change = (to: Partial<Draft>): void => onChange({ ...draft, ...to });
  const { audience } = draft;
  return (
    <Stack>
      <div>
        <Text size="sm" fw={650} mb={4} id="transfer-audience">
          {texts.to}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="transfer-audience"
          value={audience}
          onChange={(next) => change({ audience: AUDIENCES.find((one) => one === next) ?? 'one' })}
          data={AUDIENCES.map((value) => ({ value, label: texts[value] }))}
        />
      </div>
      <Recipients owner={wallet.wallet} draft={draft} error={error} change={change} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {audience !== 'list' && (
          <AmountInput
            label={audience === 'one' ? texts.amount : texts.amountEach}
            value={draft.amount}
            onChange={(amount) => change({ amount })}
            available={draft.kind === '' ? wallet.available : wallet.by_kind[draft.kind]}
            verdict={messageAt(error, audience === 'one' ? '/amount' : '/amount_per_recipient')}
          />
        )}
        <KindSelect wallet={wallet} value={draft.kind} onChange={(kind) => change({ kind })} />
      </SimpleGrid>
      <Textarea
        label={audience === 'one' ? texts.message : texts.reason}
        description={texts.messageHint}
        value={draft.message}
        onChange={(event) => change({ message: event.currentTarget.value })}
        error={messageAt(error, audience === 'one' ? '/message' : '/reason')}
        maxLength={500}
        autosize
        minRows={1}
      />
    </Stack>
  );
}

interface RecipientsProps {
  owner: string;
  draft: Draft;
  error: Error | null;
  change: (to: Partial<Draft>) => void;
}

function Recipients({ owner, draft, error, change }: RecipientsProps) {
  if (draft.audience === 'one') {
    return (
      <MemberSelect
        organization={owner}
        label={texts.member}
        value={draft.member}
        onChange={(member) => change({ member })}
        error={messageAt(error, '/to')}
      />
    );
  }
  if (draft.audience === 'selected') {
    return (
      <MembersSelect
        organization={owner}
        label={texts.members}
        value={draft.members}
        onChange={(members) => change({ members })}
        error={messageAt(error, '/recipients')}
      />
    );
  }
  if (draft.audience === 'all') return null;
  return <ListField value={draft.csv} onChange={(csv) => change({ csv })} />;
}

interface KindSelectProps {
  wallet: Wallet;
  value: string;
  onChange: (kind: string) => void;
}

/** The kinds that there are now, with how much of each. */
function KindSelect({ wallet, value, onChange }: KindSelectProps) {
  const kinds = Object.entries(wallet.by_kind).filter(([, amount]) => amount !== '0');
  return (
    <NativeSelect
      label={texts.kind}
      description={texts.kindHint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: texts.anyKind(formatCredits(wallet.available)) },
        ...kinds.map(([kind, amount]) => ({
          value: kind,
          label: texts.ofKind(kindInWords(kind), formatCredits(amount)),
        })),
      ]}
    />
  );
}

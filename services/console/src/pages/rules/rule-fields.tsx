import { NativeSelect, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { messageAt } from '../../api/problem.ts';
import { t } from '../../texts/for-management.ts';
import { AmountInput } from '../../ui/amount-input.tsx';
import { CYCLES, KINDS, type RuleDraft } from './rule.ts';

const texts = t.rules;

interface RuleFieldsProps {
  draft: RuleDraft;
  error: Error | null;
  onChange: (draft: RuleDraft) => void;
}

/** What the rule does, how much, and how often. */
export function RuleFields({ draft, error, onChange }: RuleFieldsProps) {
  const set = (to: Partial<RuleDraft>): void => onChange({ ...draft, ...to });
  return (
    <Stack>
      <Radio.Group
        label={texts.kind}
        value={draft.kind}
        onChange={(next) => set({ kind: KINDS.find((one) => one === next) ?? 'refill' })}
      >
        <SimpleGrid cols={{ base: 1, sm: 3 }} mt={6}>
          {KINDS.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={texts.kinds[kind]}
              description={texts.kindsExplained[kind]}
            />
          ))}
        </SimpleGrid>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={texts.every}
          value={draft.every}
          onChange={({ currentTarget: { value } }) =>
            set({ every: CYCLES.find((one) => one === value) ?? 'month' })
          }
          data={CYCLES.map((value) => ({ value, label: texts.cycles[value] ?? value }))}
        />
        <Measure draft={draft} error={error} set={set} />
      </SimpleGrid>
    </Stack>
  );
}

interface MeasureProps {
  draft: RuleDraft;
  error: Error | null;
  set: (to: Partial<RuleDraft>) => void;
}

function Measure({ draft, error, set }: MeasureProps) {
  switch (draft.kind) {
    case 'refill':
      return (
        <AmountInput
          label={texts.amount}
          value={draft.amount}
          onChange={(amount) => set({ amount })}
          verdict={messageAt(error, '/amount') ?? messageAt(error, '/rule/amount')}
        />
      );
    case 'cap':
      return (
        <TextInput
          label={texts.share}
          description={texts.shareHint}
          inputMode="numeric"
          value={draft.share}
          onChange={(event) => set({ share: event.currentTarget.value })}
          error={messageAt(error, '/share_percent')}
        />
      );
    case 'sweep':
      return (
        <TextInput
          label={texts.idle}
          description={texts.idleHint}
          inputMode="numeric"
          value={draft.idle}
          onChange={(event) => set({ idle: event.currentTarget.value })}
          error={messageAt(error, '/idle_days')}
        />
      );
  }
}

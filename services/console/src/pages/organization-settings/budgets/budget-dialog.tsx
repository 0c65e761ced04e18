import { Checkbox, Modal, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange, type Member } from '../../../api/organization.ts';
import { messageAt } from '../../../api/problem.ts';
import { t } from '../../../texts/for-management.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { MemberSelect } from '../../../ui/member-select.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { PERIODS } from './budget.ts';

const texts = t.settings.budgets;
const SCOPES = ['all', 'member', 'product', 'key'] as const;

interface Draft {
  scope: (typeof SCOPES)[number];
  member: Member | null;
  product: string;
  key: string;
  limit: string;
  period: (typeof PERIODS)[number];
  alerts: string;
  enforce: boolean;
}

const EMPTY: Draft = {
  scope: 'all',
  member: null,
  product: '',
  key: '',
  limit: '',
  period: 'month',
  alerts: '50, 80, 100',
  enforce: true,
};

/** Limits what may be spent. */
export function BudgetDialog({ owner, onClose }: { owner: string; onClose: () => void }) {
  const change = useChange(owner);
  const [draft, setDraft] = useState(EMPTY);
  const set = (to: Partial<Draft>): void => setDraft({ ...draft, ...to });
  const alerts = alertsOf(draft.alerts);
  const body = bodyOf(owner, draft, alerts);
  const { run, running, error } = useAct(
    () => change(`/v1/budgets/budget-${crypto.randomUUID()}`, { method: 'PUT', body }),
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={texts.createTitle} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (body !== null) void run();
        }}
      >
        <Stack>
          <NativeSelect
            label={texts.scope}
            value={draft.scope}
            onChange={({ currentTarget: { value } }) =>
              set({ scope: SCOPES.find((one) => one === value) ?? 'all' })
            }
            data={SCOPES.map((value) => ({ value, label: texts.scopes[value] }))}
          />
          <Subject owner={owner} draft={draft} set={set} error={error} />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <AmountInput
              label={texts.limit}
              value={draft.limit}
              onChange={(limit) => set({ limit })}
              verdict={messageAt(error, '/limit')}
            />
            <NativeSelect
              label={texts.periodLabel}
              description={texts.periodHint}
              value={draft.period}
              onChange={({ currentTarget: { value } }) =>
                set({ period: PERIODS.find((one) => one === value) ?? 'month' })
              }
              data={PERIODS.map((value) => ({ value, label: texts.periods[value] }))}
            />
          </SimpleGrid>
          <TextInput
            label={texts.alerts}
            description={texts.alertsHint}
            value={draft.alerts}
            onChange={(event) => set({ alerts: event.currentTarget.value })}
            error={alerts === null ? texts.alertsFault : messageAt(error, '/alert_at')}
          />
          <Checkbox
            label={texts.enforce}
            description={texts.enforceHint}
            checked={draft.enforce}
            onChange={(event) => set({ enforce: event.currentTarget.checked })}
          />
          {error !== null && <ProblemAlert error={error} />}
          <FormActions
            action={texts.create}
            running={running}
            disabled={body === null}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

interface SubjectProps {
  owner: string;
  draft: Draft;
  set: (to: Partial<Draft>) => void;
  error: Error | null;
}

function Subject({ owner, draft, set, error }: SubjectProps) {
  switch (draft.scope) {
    case 'all':
      return null;
    case 'member':
      return (
        <MemberSelect
          organization={owner}
          label={texts.memberLabel}
          value={draft.member}
          onChange={(member) => set({ member })}
          error={messageAt(error, '/member')}
        />
      );
    case 'product':
      return (
        <TextInput
          label={texts.productLabel}
          value={draft.product}
          onChange={(event) => set({ product: event.currentTarget.value })}
          error={messageAt(error, '/product')}
          maxLength={100}
        />
      );
    case 'key':
      return (
        <TextInput
          label={texts.keyLabel}
          description={texts.keyHint}
          value={draft.key}
          onChange={(event) => set({ key: event.currentTarget.value })}
          error={messageAt(error, '/key')}
        />
      );
  }
}

/** `null` for what are no percents. */
function alertsOf(text: string): number[] | null {
  const parts = text.split(/[\s,;%]+/).filter((part) => part !== '');
  const percents = parts.map((part) => (/^\d{1,4}$/.test(part) ? Number(part) : 0));
  return percents.every((one) => one >= 1 && one <= 1_000) ? percents : null;
}

/** `null` while something is missing. */
function bodyOf(wallet: string, draft: Draft, alerts: number[] | null) {
  const limit = readTypedAmount(draft.limit);
  if (!limit.ok || alerts === null) return null;
  const { scope, member, period, enforce } = draft;
  const terms = { wallet, limit: limit.amount, period, alert_at: alerts, enforce };
  if (scope === 'all') return terms;
  const subject = {
    member: member?.user ?? '',
    product: draft.product.trim(),
    key: draft.key.trim(),
  };
  return subject[scope] === '' ? null : { ...terms, [scope]: subject[scope] };
}

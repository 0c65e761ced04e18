import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useChange, type OrganizationSettings } from '../../api/organization.ts';
import { messageAt } from '../../api/problem.ts';
import { useOrganization } from '../../app/workspace.ts';
import { AmountInput } from '../../ui/amount-input.tsx';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { SaveRow } from '../../ui/save-row.tsx';
import { readTypedAmount, typedFrom } from '../../ui/typed-amount.ts';

interface AmountSettingProps {
  name: Extract<keyof OrganizationSettings, 'default_allocation' | 'seat_allocation'>;
  value: string | null;
  label: string;
  hint: string;
}

/** One amount of the settings; empty switches it off. */
export function AmountSetting({ name, value, label, hint }: AmountSettingProps) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [typed, setTyped] = useState(typedFrom(value ?? ''));
  const [saved, setSaved] = useState(false);
  const read = readTypedAmount(typed);
  const empty = !read.ok && read.fault === 'empty';
  const wanted = read.ok ? read.amount : null;
  const { run, running, error } = useAct(
    () => change(`/v1/organizations/${id}/settings`, { method: 'PATCH', body: { [name]: wanted } }),
    () => setSaved(true),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <Stack maw={360} gap="sm">
        <AmountInput
          label={label}
          description={hint}
          value={typed}
          onChange={(next) => {
            setSaved(false);
            setTyped(next);
          }}
          verdict={messageAt(error, `/${name}`)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <SaveRow
          running={running}
          disabled={(!read.ok && !empty) || wanted === value}
          saved={saved}
        />
      </Stack>
    </form>
  );
}

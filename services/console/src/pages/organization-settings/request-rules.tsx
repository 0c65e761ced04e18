import { NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange, type OrganizationSettings } from '../../api/organization.ts';
import { messageAt } from '../../api/problem.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { AmountInput } from '../../ui/amount-input.tsx';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { SaveRow } from '../../ui/save-row.tsx';
import { Section } from '../../ui/section.tsx';
import { readTypedAmount, typedFrom, type TypedAmount } from '../../ui/typed-amount.ts';

const texts = t.settings.requests;

/** What is approved without a person, and how long requests wait for one. */
export function RequestRules({ settings }: { settings: OrganizationSettings }) {
  const { id, owner } = useOrganization();
  const change = useChange(owner);
  const [below, setBelow] = useState(typedFrom(settings.auto_approve_below ?? ''));
  const [monthly, setMonthly] = useState(typedFrom(settings.auto_approve_monthly ?? ''));
  const [days, setDays] = useState<string | number>(settings.request_expiry_days);
  const [saved, setSaved] = useState(false);
  const [readBelow, readMonthly] = [readTypedAmount(below), readTypedAmount(monthly)];
  const half = readBelow.ok !== readMonthly.ok;
  // Only an empty field switches off; what cannot be read must not.
  const unread = [readBelow, readMonthly].some((one) => !one.ok && one.fault !== 'empty');
  const body = {
    auto_approve_below: amountOf(readBelow),
    auto_approve_monthly: amountOf(readMonthly),
    request_expiry_days: Number(days),
  };
  const same =
    body.auto_approve_below === settings.auto_approve_below &&
    body.auto_approve_monthly === settings.auto_approve_monthly &&
    body.request_expiry_days === settings.request_expiry_days;
  const { run, running, error } = useAct(
    () => change(`/v1/organizations/${id}/settings`, { method: 'PATCH', body }),
    () => setSaved(true),
  );
  const set =
    <Value,>(to: (value: Value) => void) =>
    (value: Value): void => {
      setSaved(false);
      to(value);
    };
  return (
    <Section title={texts.title} text={texts.text}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <AmountInput
              label={texts.below}
              description={texts.belowHint}
              value={below}
              onChange={set(setBelow)}
              verdict={messageAt(error, '/auto_approve_below')}
            />
            <AmountInput
              label={texts.monthly}
              description={texts.monthlyHint}
              value={monthly}
              onChange={set(setMonthly)}
              verdict={messageAt(error, '/auto_approve_monthly')}
            />
          </SimpleGrid>
          {half && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {texts.both}
            </Text>
          )}
          <NumberInput
            maw={320}
            label={texts.expiry}
            description={texts.expiryHint}
            suffix={` ${texts.days}`}
            value={days}
            onChange={set(setDays)}
            min={1}
            max={365}
            allowDecimal={false}
            hideControls
            error={messageAt(error, '/request_expiry_days')}
          />
          {error !== null && <ProblemAlert error={error} />}
          <SaveRow
            running={running}
            disabled={half || unread || same || Number(days) < 1}
            saved={saved}
          />
        </Stack>
      </form>
    </Section>
  );
}

const amountOf = (read: TypedAmount): string | null => (read.ok ? read.amount : null);

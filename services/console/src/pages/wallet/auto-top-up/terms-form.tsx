import { Checkbox, NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { catalogQuery, type Money } from '../../../api/billing.ts';
import { messageAt } from '../../../api/problem.ts';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { majorOf, moneyOf } from '../../../ui/money.ts';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { readTypedAmount, typedFrom } from '../../../ui/typed-amount.ts';
import { autoTopUpPath, type AutoTopUp } from './auto-top-up.ts';
import { nameOf, type Card } from './card.ts';

const a = t.autoTopUp;

interface TermsFormProps {
  owner: string;
  /** What it stands at; what was agreed to before is offered again. */
  view: AutoTopUp;
  cards: readonly Card[];
  onAgreed: () => void;
  onCancel?: () => void;
}

/** What was typed, and what of it is an amount. */
interface Typed {
  threshold: string;
  amount: string;
  cap: string;
  card: string;
}

/** Terms on which a card is charged without its owner: each set of them needs a yes of its own. */
export function TermsForm({ owner, view, cards, onAgreed, onCancel }: TermsFormProps) {
  const client = useQueryClient();
  const { data: catalog } = useQuery(catalogQuery(owner));
  const [typed, setTyped] = useState<Typed>(() => typedBefore(view));
  const [agreed, agree] = useState(false);
  const currency = catalog?.currency ?? 'usd';
  const terms = termsOf(typed, currency);
  const put = useAct(async () => {
    await read(autoTopUpPath(owner), { method: 'PUT', body: { ...terms, consent: true } });
    await client.invalidateQueries({ queryKey: ['of', owner, 'auto-top-up'] });
  }, onAgreed);
  // Whoever changes the terms has not agreed to the new ones.
  const change = (to: Partial<Typed>): void => {
    setTyped({ ...typed, ...to });
    agree(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (terms !== null && agreed) void put.run();
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <AmountInput
            label={a.threshold}
            description={a.thresholdHint}
            value={typed.threshold}
            onChange={(threshold) => change({ threshold })}
            verdict={messageAt(put.error, '/threshold')}
          />
          <AmountInput
            label={a.amount}
            least={catalog?.custom.minimum.credits}
            most={catalog?.custom.maximum.credits}
            value={typed.amount}
            onChange={(amount) => change({ amount })}
            verdict={messageAt(put.error, '/amount')}
          />
          <AmountInput
            label={a.cap(currency.toUpperCase())}
            unit={currency.toUpperCase()}
            least={catalog && majorOf(catalog.custom.minimum.price)}
            value={typed.cap}
            onChange={(cap) => change({ cap })}
            verdict={messageAt(put.error, '/monthly_cap/amount')}
          />
          <NativeSelect
            label={a.card}
            description={a.cardHint}
            value={typed.card}
            onChange={(event) => change({ card: event.currentTarget.value })}
            data={[
              { value: '', label: a.defaultCard },
              ...cards.map((card) => ({ value: card.id, label: nameOf(card) })),
            ]}
          />
        </SimpleGrid>
        <Checkbox
          label={
            terms === null
              ? a.consentPlain
              : a.consent(formatCredits(terms.amount), formatMoney(terms.monthly_cap))
          }
          checked={agreed}
          disabled={terms === null}
          onChange={(event) => agree(event.currentTarget.checked)}
        />
        {put.error !== null && <ProblemAlert error={put.error} />}
        <FormActions
          action={view.enabled ? a.save : a.switchOn}
          running={put.running}
          disabled={terms === null || !agreed}
          {...(onCancel && { onCancel })}
        />
      </Stack>
    </form>
  );
}

const typedBefore = ({ threshold, amount, monthly_cap: cap }: AutoTopUp): Typed => ({
  threshold: typedFrom(threshold ?? ''),
  amount: typedFrom(amount ?? ''),
  cap: cap === null ? '' : typedFrom(majorOf(cap)),
  card: '',
});

interface Terms {
  enabled: true;
  threshold: string;
  amount: string;
  monthly_cap: Money;
  payment_method?: string;
}

/** `null` while something is missing. */
function termsOf({ threshold, amount, cap, card }: Typed, currency: string): Terms | null {
  const [low, much, most] = [threshold, amount, cap].map((text) => readTypedAmount(text));
  if (low?.ok !== true || much?.ok !== true || most?.ok !== true) return null;
  const monthlyCap = moneyOf(most.micro, currency);
  if (monthlyCap === null) return null;
  return {
    enabled: true,
    threshold: low.amount,
    amount: much.amount,
    monthly_cap: monthlyCap,
    ...(card !== '' && { payment_method: card }),
  };
}

import { Checkbox, NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { catalogQuery } from '../../../api/billing.ts';
import { messageAt } from '../../../api/problem.ts';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { majorOf } from '../../../ui/money.ts';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { autoTopUpPath, type AutoTopUp } from './auto-top-up.ts';
import { nameOf, type Card } from './card.ts';
import { termsOf, typedBefore, type Terms, type TypedTerms } from './terms.ts';

const a = t.autoTopUp;

interface TermsFormProps {
  owner: string;
  /** What it stands at; what was agreed to before is offered again. */
  view: AutoTopUp;
  cards: readonly Card[];
  onAgreed: () => void;
  onCancel?: () => void;
}

/** Terms on which a card is charged without its owner: each set of them needs a yes of its own. */
export function TermsForm({ owner, view, cards, onAgreed, onCancel }: TermsFormProps) {
  const client = useQueryClient();
  const { data: catalog } = useQuery(catalogQuery(owner));
  const [typed, setTyped] = useState(() => typedBefore(view));
  const [agreed, agree] = useState(false);
  const currency = catalog?.currency ?? 'usd';
  const terms = termsOf(typed, currency);
  const put = useAct(async () => {
    await read(autoTopUpPath(owner), { method: 'PUT', body: { ...terms, consent: true } });
    await client.invalidateQueries({ queryKey: ['of', owner, 'auto-top-up'] });
  }, onAgreed);
  // Whoever changes the terms has not agreed to the new ones.
  const change = (to: Partial<TypedTerms>): void => {
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
          <NativeSelect
            label={a.by}
            description={a.byHint}
            value={typed.by}
            onChange={(event) =>
              change({ by: event.currentTarget.value === 'target' ? 'target' : 'amount' })
            }
            data={[
              { value: 'amount', label: a.byAmount },
              { value: 'target', label: a.byTarget },
            ]}
          />
          {typed.by === 'amount' ? (
            <AmountInput
              label={a.amount}
              least={catalog?.custom.minimum.credits}
              most={catalog?.custom.maximum.credits}
              value={typed.amount}
              onChange={(amount) => change({ amount })}
              verdict={messageAt(put.error, '/amount')}
            />
          ) : (
            <AmountInput
              label={a.target}
              description={a.targetHint}
              value={typed.target}
              onChange={(target) => change({ target })}
              verdict={messageAt(put.error, '/target')}
            />
          )}
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
          label={terms === null ? a.consentPlain : consentTo(terms)}
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

function consentTo({ amount, target, monthly_cap: cap }: Terms): string {
  const most = formatMoney(cap);
  if (target !== undefined) return a.consentTarget(formatCredits(target), most);
  return a.consent(formatCredits(amount ?? '0'), most);
}

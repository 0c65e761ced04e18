import type { Money } from '../../../api/billing.ts';
import { majorOf, moneyOf } from '../../../ui/money.ts';
import { readTypedAmount, typedFrom } from '../../../ui/typed-amount.ts';
import type { AutoTopUp } from './auto-top-up.ts';

/** Terms as they are typed. */
export interface TypedTerms {
  threshold: string;
  amount: string;
  cap: string;
  /** Empty for whichever card is the default. */
  card: string;
}

interface Terms {
  enabled: true;
  threshold: string;
  amount: string;
  monthly_cap: Money;
  payment_method?: string;
}

/** What was agreed to before, to begin with: whoever changes one term keeps the others. */
export const typedBefore = ({
  threshold,
  amount,
  monthly_cap: cap,
  payment_method: card,
}: Pick<AutoTopUp, 'threshold' | 'amount' | 'monthly_cap' | 'payment_method'>): TypedTerms => ({
  threshold: typedFrom(threshold ?? ''),
  amount: typedFrom(amount ?? ''),
  cap: cap === null ? '' : typedFrom(majorOf(cap)),
  card: card === null || card.default ? '' : card.id,
});

/** `null` while something is missing. */
export function termsOf(
  { threshold, amount, cap, card }: TypedTerms,
  currency: string,
): Terms | null {
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

import type { Money } from '../../../api/billing.ts';
import { majorOf, moneyOf } from '../../../ui/money.ts';
import { readTypedAmount, typedFrom } from '../../../ui/typed-amount.ts';
import type { AutoTopUp } from './auto-top-up.ts';

/** Terms as they are typed. */
export interface TypedTerms {
  threshold: string;
  /** Whether the same amount is bought each time, or as many as lead back to the target. */
  by: 'amount' | 'target';
  amount: string;
  target: string;
  cap: string;
  /** Empty for whichever card is the default. */
  card: string;
}

export interface Terms {
  enabled: true;
  threshold: string;
  /** Either this or the target. */
  amount?: string;
  target?: string;
  monthly_cap: Money;
  payment_method?: string;
}

type Agreed = Pick<AutoTopUp, 'threshold' | 'amount' | 'target' | 'monthly_cap' | 'payment_method'>;

/** What was agreed to before, to begin with: whoever changes one term keeps the others. */
export const typedBefore = ({
  threshold,
  amount,
  target,
  monthly_cap: cap,
  payment_method: card,
}: Agreed): TypedTerms => ({
  threshold: typedFrom(threshold ?? ''),
  by: target === null ? 'amount' : 'target',
  amount: typedFrom(amount ?? ''),
  target: typedFrom(target ?? ''),
  cap: cap === null ? '' : typedFrom(majorOf(cap)),
  card: card === null || card.default ? '' : card.id,
});

/** `null` while something is missing. */
export function termsOf(
  { threshold, by, cap, card, ...much }: TypedTerms,
  currency: string,
): Terms | null {
  const [low, credits, most] = [threshold, much[by], cap].map((text) => readTypedAmount(text));
  if (low?.ok !== true || credits?.ok !== true || most?.ok !== true) return null;
  const monthlyCap = moneyOf(most.micro, currency);
  if (monthlyCap === null) return null;
  return {
    enabled: true,
    threshold: low.amount,
    [by]: credits.amount,
    monthly_cap: monthlyCap,
    ...(card !== '' && { payment_method: card }),
  };
}

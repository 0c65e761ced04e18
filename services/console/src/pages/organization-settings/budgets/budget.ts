import { bareId } from '../../../api/organization.ts';
import { t } from '../../../texts/for-management.ts';
import { formatCredits } from '../../../ui/amounts.tsx';

export const PERIODS = ['day', 'week', 'month', 'total'] as const;

/** A limit on what may be spent in a period. */
export interface Budget {
  id: string;
  member: string | null;
  product: string | null;
  key: string | null;
  limit: string;
  period: (typeof PERIODS)[number];
  alert_at: readonly number[];
  enforce: boolean;
  state: { spent: string; held: string; remaining: string; status: 'ok' | 'alerted' | 'exhausted' };
}

const texts = t.settings.budgets;

/** "Member ana: 100 credits a month". */
export function sentenceOf({ member, product, key, limit, period }: Budget): string {
  const who = [
    member !== null && texts.member(bareId(member)),
    product !== null && texts.product(product),
    key !== null && texts.key(key),
  ].filter((one) => one !== false);
  const subject = who.length === 0 ? texts.everybody : who.join(', ');
  return texts.sentence(subject, formatCredits(limit), texts.periods[period]);
}

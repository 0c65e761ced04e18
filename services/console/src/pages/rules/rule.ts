import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { readTypedAmount } from '../../ui/typed-amount.ts';

export const KINDS = ['refill', 'cap', 'sweep'] as const;
export const CYCLES = ['month', 'week', 'day'] as const;
export type RuleKind = (typeof KINDS)[number];

export interface Rule {
  id: string;
  kind: RuleKind;
  every: string;
  amount?: string;
  share_percent?: number;
  idle_days?: number;
  starts_on: string;
  runs?: readonly RuleRun[];
}

export interface RuleRun {
  /** The first day of the period. */
  period: string;
  status: 'delayed' | 'done' | 'missed';
  members: number;
  moved: string;
  required: string | null;
  available: string | null;
}

/** A rule as it is being written. */
export interface RuleDraft {
  kind: RuleKind;
  every: (typeof CYCLES)[number];
  amount: string;
  share: string;
  idle: string;
  start: 'now' | 'next_period';
}

export const EMPTY_RULE: RuleDraft = {
  kind: 'refill',
  every: 'month',
  amount: '',
  share: '20',
  idle: '30',
  start: 'next_period',
};

/** What the API takes; `null` while something is missing. */
export type RuleBody = Pick<Rule, 'kind' | 'every' | 'amount' | 'share_percent' | 'idle_days'>;

export function bodyOf({ kind, every, amount, share, idle }: RuleDraft): RuleBody | null {
  switch (kind) {
    case 'refill': {
      const read = readTypedAmount(amount);
      return read.ok ? { kind, every, amount: read.amount } : null;
    }
    case 'cap': {
      const share_percent = wholeBetween(share, 1, 100);
      return share_percent === null ? null : { kind, every, share_percent };
    }
    case 'sweep': {
      const idle_days = wholeBetween(idle, 0, 366);
      return idle_days === null ? null : { kind, every, idle_days };
    }
  }
}

function wholeBetween(text: string, least: number, most: number): number | null {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : -1;
  return value >= least && value <= most ? value : null;
}

/** A rule as a person would say it. */
export function sentenceOf(rule: RuleBody): string {
  const { sentences, cycles } = t.rules;
  const every = cycles[rule.every] ?? rule.every;
  switch (rule.kind) {
    case 'refill':
      return sentences.refill(formatCredits(rule.amount ?? '0'), every);
    case 'cap':
      return sentences.cap(rule.share_percent ?? 0, every);
    case 'sweep':
      return sentences.sweep(rule.idle_days ?? 0, every);
  }
}

import { queryOptions } from '@tanstack/react-query';
import type { Money } from '../../../api/billing.ts';
import { read } from '../../../api/request.ts';
import type { Card } from './card.ts';

export interface Attempt {
  purchase: string | null;
  status: string;
  credits: string | null;
  total: Money | null;
  decline: { kind: string; code: string | null } | null;
  created_at: string;
}

/** Credits that buy themselves when the balance runs low, as the API shows it. */
export interface AutoTopUp {
  enabled: boolean;
  state: 'off' | 'watching' | 'in_progress' | 'waiting' | 'cap_reached' | 'paused';
  /** What happens next, or what a person can do, in a sentence. */
  next_step: string;
  threshold: string | null;
  amount: string | null;
  target: string | null;
  monthly_cap: Money | null;
  payment_method: Card | null;
  consent: { by: string; at: string } | null;
  next_attempt_at: string | null;
  month: { to: string; charged: Money } | null;
  attempts: readonly Attempt[];
}

export const autoTopUpPath = (owner: string): string => `/v1/wallets/${owner}/auto-top-up`;

/** A try that is declined moves no credits, so no news tells of it: these states are looked at. */
const LOOK_EVERY_MS: Readonly<Partial<Record<AutoTopUp['state'], number>>> = {
  in_progress: 3_000,
  waiting: 10_000,
  paused: 10_000,
};

export const autoTopUpQuery = (owner: string) =>
  queryOptions({
    queryKey: ['of', owner, 'auto-top-up'],
    queryFn: ({ signal }) => read<AutoTopUp>(autoTopUpPath(owner), { signal }),
    refetchInterval: ({ state }) => LOOK_EVERY_MS[state.data?.state ?? 'off'] ?? false,
  });

import { queryOptions } from '@tanstack/react-query';
import { read } from './request.ts';

export interface Wallet {
  wallet: string;
  balance: string;
  available: string;
  held: string;
  frozen: string;
  owed: string;
  by_kind: Readonly<Record<string, string>>;
  /** What of the balance organizations handed out, by owner. */
  by_organization: Readonly<Record<string, string>>;
  expiring: readonly { at: string; amount: string }[];
  overdraft_limit: string | null;
  low_balance_at: string;
  as_of: string;
  version: number;
  closed_at: string | null;
}

export const walletQuery = (owner: string) =>
  queryOptions({
    queryKey: ['wallet', owner],
    queryFn: ({ signal }) => read<Wallet>(`/v1/wallets/${owner}`, { signal }),
  });

/** Each preview is a job of a worker, so they stand apart from what is merely read again. */
export const previewsOf = (owner: string) => ['preview', owner] as const;

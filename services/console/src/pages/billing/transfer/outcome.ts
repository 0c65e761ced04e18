import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import type { Wallet } from '../../../api/wallet.ts';

/** What a preview of a transfer or an allocation says. */
export interface TransferPreview {
  transfer?: {
    amount: string;
    lots: readonly { lot: string; kind: string; amount: string; expires_at: string | null }[];
  };
  allocation?: {
    recipients: number;
    amount_per_recipient: string | null;
    total: string;
    available: string;
    left: string;
    skipped: readonly { user: string; reason: string }[];
  };
}

/** Either kind in the same words. */
export interface Outcome {
  recipients: number;
  each: string | null;
  total: string;
  before: string;
  after: string;
  lots: NonNullable<TransferPreview['transfer']>['lots'];
  skipped: readonly { user: string; reason: string }[];
}

const micro = (amount: string): bigint => {
  const parsed = parseAmount(amount);
  return parsed.ok ? parsed.micro : 0n;
};

export function outcomeOf({ transfer, allocation }: TransferPreview, wallet: Wallet): Outcome {
  if (allocation !== undefined) {
    const { recipients, amount_per_recipient: each, total, available, left, skipped } = allocation;
    return { recipients, each, total, before: available, after: left, lots: [], skipped };
  }
  const { amount = '0', lots = [] } = transfer ?? {};
  const before = wallet.available;
  const after = formatAmount(micro(before) - micro(amount));
  return { recipients: 1, each: null, total: amount, before, after, lots, skipped: [] };
}

/** More than a quarter of what the pool has wants to be typed. */
export const isLarge = ({ total, before }: Outcome): boolean => micro(total) * 4n > micro(before);

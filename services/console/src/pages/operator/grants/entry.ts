import type { Command } from '../../../api/run-command.ts';
import { dayAfter, startOfDay } from '../../../ui/days.ts';
import { readTypedAmount } from '../../../ui/typed-amount.ts';

/** What an operator writes by hand, as it is typed. */
export interface Entry {
  wallet: string;
  kind: 'adjustment' | 'promotional' | 'deduction';
  amount: string;
  /** The last day on which a grant can be spent; empty for ever. */
  lastDay: string;
  reason: string;
}

export const EMPTY_ENTRY: Entry = {
  wallet: '',
  kind: 'adjustment',
  amount: '',
  lastDay: '',
  reason: '',
};

/** What it does, as the server says: a grant or a charge. */
export interface EntryOutcome {
  settled?: string;
  lot?: { amount: string; expires_at: string | null } | null;
  charge?: { amount: string; owed: string };
}

/** Under which product credits that are taken back stand in the books. */
const CORRECTION = 'correction';

export const isOwner = (text: string): boolean => /^(user|org):\S+$/.test(text.trim());

/** The command, or `null` while something is missing. Taking credits away is a charge with a reason. */
export function entryCommand(entry: Entry): Command | null {
  const read = readTypedAmount(entry.amount);
  const [wallet, reason] = [entry.wallet.trim(), entry.reason.trim()];
  if (!read.ok || !isOwner(wallet) || reason === '') return null;
  const { amount } = read;
  if (entry.kind === 'deduction') {
    const body = { wallet, amount, product: CORRECTION, description: reason };
    return { path: '/v1/charges', body, operator: true };
  }
  const expiresAt = startOfDay(dayAfter(entry.lastDay));
  const body = {
    wallet,
    amount,
    kind: entry.kind,
    reason,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
  return { path: '/v1/grants', body, operator: true };
}

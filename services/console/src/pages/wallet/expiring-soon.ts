import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import type { Wallet } from '../../api/wallet.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

interface Expiry {
  at: string;
  amount: string;
}

/** What lapses within 30 days unless it is spent, exactly summed. */
export function expiringSoon(
  expiring: readonly Expiry[],
  now: number = Date.now(),
): { total: string; days: readonly Expiry[] } {
  const days = expiring.filter(({ at }) => Date.parse(at) <= now + DAYS * DAY_MS);
  const total = days.reduce((sum, { amount }) => sum + microOf(amount), 0n);
  return { total: formatAmount(total), days };
}

/**
 * What of a wallet never lapses. Held credits are left out here as they are in `expiring`: whether
 * they come from lots that expire is not known, and while they are held they are not to be spent.
 */
export function lastingOf({
  available,
  frozen,
  expiring,
}: Pick<Wallet, 'available' | 'frozen' | 'expiring'>): string {
  const lapsing = expiring.reduce((sum, { amount }) => sum + microOf(amount), 0n);
  return formatAmount(microOf(available) + microOf(frozen) - lapsing);
}

/** Micro-credits of what the API says; nothing is zero there, and no amount to who types. */
export function microOf(amount: string): bigint {
  const parsed = parseAmount(amount.replace(/^-/, ''));
  if (!parsed.ok) return 0n;
  return amount.startsWith('-') ? -parsed.micro : parsed.micro;
}

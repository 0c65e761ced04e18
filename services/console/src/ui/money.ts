import { formatAmount } from '@bursar/contracts/amounts';
import type { Money } from '../api/billing.ts';

const MICRO_DIGITS = 6;

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: currency.toUpperCase(),
  }).resolvedOptions().maximumFractionDigits ?? 2;

const microPerMinor = (currency: string): bigint =>
  10n ** BigInt(MICRO_DIGITS - digitsOf(currency));

/** Money as a decimal string of its major unit, such as "12.5" for 1250 cents. */
export const majorOf = ({ amount, currency }: Money): string =>
  formatAmount(BigInt(amount) * microPerMinor(currency));

/** What was typed in major units, as money; `null` for parts of the smallest coin. */
export function moneyOf(micro: bigint, currency: string): Money | null {
  const size = microPerMinor(currency);
  return micro % size === 0n ? { amount: Number(micro / size), currency } : null;
}

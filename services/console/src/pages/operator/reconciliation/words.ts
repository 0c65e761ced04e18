import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { t } from '../../../texts/index.ts';
import type { Case, Pass } from './reconciliation.ts';

const relative = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'long',
});
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "3 days", rounded down. */
export function formatAge(seconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ['second', 1];
  if (unit === 'second') return relative.format(Math.floor(seconds));
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.floor(seconds / size),
  );
}

/** By how much Stripe and the ledger differ, in money and credits. */
export function formatDifference({ credits, minor, currency }: Case): string {
  const parts = [
    currency !== null && minor !== 0 && formatMoney({ amount: minor, currency }),
    credits !== '0' && `${formatCredits(credits)} ${t.words.credits}`,
  ];
  return parts.filter((part) => part !== false).join(', ') || '–';
}

/** What a comparison left unresolved. */
export function formatRisk({ at_risk: { credits, money } }: Pass): string {
  const parts = [
    ...money.map(({ amount, currency }) => formatMinor(amount, currency)),
    ...(credits === '0' ? [] : [`${formatCredits(credits)} ${t.words.credits}`]),
  ];
  return parts.join(', ') || '–';
}

/** Minor units as a decimal text, which may be too large for a number, as money. */
export function formatMinor(amount: string, currency: string): string {
  const format = currencyFormat(currency);
  const digits = digitsOf(currency);
  const negative = amount.startsWith('-');
  const figures = amount.replace('-', '').padStart(digits + 1, '0');
  const cut = figures.length - digits;
  const major = digits === 0 ? figures : `${figures.slice(0, cut)}.${figures.slice(cut)}`;
  // Strings keep every digit; the type of `format` lags behind what browsers do.
  return format.format(`${negative ? '-' : ''}${major}` as unknown as number).replace('-', '−');
}

const currencyFormat = (currency: string): Intl.NumberFormat =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency: currency.toUpperCase() });

const digitsOf = (currency: string): number =>
  currencyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2;

/** For drawing alone: minor units in the unit of their currency. */
export const drawnMoney = (amount: string, currency: string): number =>
  Number(amount) / 10 ** digitsOf(currency);

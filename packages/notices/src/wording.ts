import { formatAmount, parseAmount } from '@bursar/contracts';

/** Currencies whose minor unit is not a hundredth, as Stripe counts them; CLDR differs for many. */
const ZERO_DECIMAL = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));

function minorDigits(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

const grouping = new Intl.NumberFormat('en');

/** Canonical credits as people read them: `1,234.5 credits`, `1 credit`. */
export function creditsText(canonical: string): string {
  return `${groupedText(canonical)} ${canonical === '1' ? 'credit' : 'credits'}`;
}

function groupedText(canonical: string): string {
  const sign = canonical.startsWith('-') ? '-' : '';
  const [whole = '0', decimals] = canonical.slice(sign.length).split('.');
  const grouped = sign + grouping.format(BigInt(whole));
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** Minor units as people write money: `$10.00`, `¥500`, `-KWD 1.000`. */
export function moneyText({ amount, currency }: { amount: number; currency: string }): string {
  const digits = minorDigits(currency);
  const size = BigInt(amount < 0 ? -amount : amount);
  const text = size.toString().padStart(digits + 1, '0');
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // A decimal string keeps every digit; a number would not.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is digits with at most one point
  return (amount < 0 ? '-' : '') + format.format(decimal as Intl.StringNumericLiteral);
}

/**
 * The rate at which credits were bought: `100 credits for $1.00`. The price was rounded to a minor
 * unit, so a rate that is not exact says so; null when nothing was asked for them.
 */
export function rateText(
  credits: string,
  price: { amount: number; currency: string },
): string | null {
  if (price.amount <= 0) return null;
  const parsed = parseAmount(credits);
  if (!parsed.ok) return null;
  const minorPerMajor = 10n ** BigInt(minorDigits(price.currency));
  const scaled = parsed.micro * minorPerMajor;
  const paid = BigInt(price.amount);
  const perMajor = (scaled * 2n + paid) / (paid * 2n);
  const major = moneyText({ amount: Number(minorPerMajor), currency: price.currency });
  const about = scaled % paid === 0n ? '' : 'about ';
  return `${about}${creditsText(formatAmount(perMajor))} for ${major}`;
}

const calendar = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });

/** A day in words, with the zone said: `November 21, 2026 (UTC)`. */
export const dateText = (at: Date): string => `${calendar.format(at)} (UTC)`;

/** Owners are named by the caller's own system; the prefix is ours. */
export const nameOf = (owner: string): string => owner.replace(/^(user|org):/, '');

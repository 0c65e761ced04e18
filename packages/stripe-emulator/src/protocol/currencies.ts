import type { Field } from './fields.ts';
import { invalidRequest, type StripeError } from './stripe-error.ts';

const ZERO_DECIMAL = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));

/** Smallest charge in minor units, per currency; whatever is not listed takes the default. */
const CHARGE_MIN: Record<string, number> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};
const CHARGE_MIN_DEFAULT = 50;
const AMOUNT_MAX = 99_999_999;

/** A three-letter code that ICU knows, in lower case as Stripe returns it. */
export function currency(): Field<string> {
  const known = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
  return {
    read(value, path) {
      const code = typeof value === 'string' ? value.toLowerCase() : '';
      if (!known.has(code))
        throw invalidRequest(
          `Invalid currency: ${code}. Send a three-letter ISO currency code.`,
          path,
        );
      return code;
    },
  };
}

function minorDigits(code: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(code)) return 0;
  return THREE_DECIMAL.has(code) ? 3 : 2;
}

/**
 * Minor units of one currency in those of another, rounded half up; `rate` is what one whole unit
 * is worth and has at most two decimals.
 */
export function convertMoney(amount: number, from: string, to: string, rate: number): number {
  // Hundredths of the rate are whole, so all of this stays exact.
  const numerator =
    BigInt(amount) * BigInt(Math.round(rate * 100)) * 10n ** BigInt(minorDigits(to));
  const denominator = 100n * 10n ** BigInt(minorDigits(from));
  return Number((numerator * 2n + denominator) / (denominator * 2n));
}

/** Minor units as text for people: `$10.00`, `¥500`, `KWD 1.000`. */
export function formatMoney(amount: number, code: string): string {
  const digits = minorDigits(code);
  const whole = BigInt(amount);
  const absolute = (whole < 0n ? -whole : whole).toString().padStart(digits + 1, '0');
  const decimal =
    digits === 0 ? absolute : `${absolute.slice(0, -digits)}.${absolute.slice(-digits)}`;
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // A decimal string, unlike a number, is formatted exactly.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is digits with at most one point
  return format.format(`${whole < 0n ? '-' : ''}${decimal}` as Intl.StringNumericLiteral);
}

/** Why Stripe would refuse to charge this amount, or undefined when it would not. */
export function amountRefusal(
  amount: number,
  code: string,
  param?: string,
): StripeError | undefined {
  const min = CHARGE_MIN[code] ?? CHARGE_MIN_DEFAULT;
  if (amount < min)
    return invalidRequest(
      `Amount must be no less than ${formatMoney(min, code)} ${code}`,
      param,
      'amount_too_small',
    );
  if (amount > AMOUNT_MAX)
    return invalidRequest(
      `Amount must be no more than ${formatMoney(AMOUNT_MAX, code)} ${code}`,
      param,
      'amount_too_large',
    );
  if (THREE_DECIMAL.has(code) && amount % 10 !== 0)
    return invalidRequest(
      `Invalid amount: in ${code} the last digit must be 0.`,
      param,
      'invalid_charge_amount',
    );
  return undefined;
}

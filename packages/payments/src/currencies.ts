/** Currencies whose minor unit is not a hundredth, as Stripe counts them; ISO and CLDR differ for some. */
const ZERO_DECIMAL = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));

/** The smallest sums Stripe charges, where they are not fifty minor units. */
const CHARGE_MIN: Readonly<Record<string, number>> = {
  aed: 200,
  bgn: 100,
  czk: 1_500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1_000,
};
const CHARGE_MIN_DEFAULT = 50;

/** The smallest sum of this currency that can be charged, in minor units. */
export const smallestCharge = (currency: string): number =>
  CHARGE_MIN[currency] ?? CHARGE_MIN_DEFAULT;

/** Minor units as people write money: `$10.00`, `¥500`, `KWD 1.000`. */
export function moneyText(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const text = BigInt(amount)
    .toString()
    .padStart(digits + 1, '0');
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  // A decimal string keeps every digit; a number would not.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is digits with at most one point
  return format.format(decimal as Intl.StringNumericLiteral);
}

/** How many minor units make one major unit. `currency` is in lower case. */
export const minorPerMajor = (currency: string): bigint => 10n ** BigInt(minorDigits(currency));

/** Stripe charges multiples of so many minor units: the last of three decimals is always zero. */
export const chargeStep = (currency: string): bigint => (THREE_DECIMAL.has(currency) ? 10n : 1n);

function minorDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * Exact arithmetic on credits as the API spells them: decimal strings with at most six decimals.
 * Inside it is whole micro-credits as `bigint`; no floating point exists on the way.
 */
export const Credits = {
  /** Micro-credits of an amount; throws a TypeError for anything that is not exact. */
  parse,
  /** The canonical decimal string of micro-credits: no trailing zeros, `"0"` for nothing. */
  format,
  add: (...amounts: readonly CreditsInput[]): string =>
    format(amounts.reduce((sum: bigint, amount) => sum + parse(amount), 0n)),
  subtract: (from: CreditsInput, amount: CreditsInput): string =>
    format(parse(from) - parse(amount)),
  /** A whole number of times. */
  multiply: (amount: CreditsInput, times: bigint | number): string =>
    format(parse(amount) * BigInt(times)),
  /** Negative, zero or positive, for sorting. */
  compare: (left: CreditsInput, right: CreditsInput): -1 | 0 | 1 => {
    const difference = parse(left) - parse(right);
    if (difference === 0n) return 0;
    return difference < 0n ? -1 : 1;
  },
} as const;

/** A decimal string, or an integer that is exact as a number. */
export type CreditsInput = string | number;

const MICRO_PER_CREDIT = 1_000_000n;
const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,6}))?$/;

function parse(amount: CreditsInput): bigint {
  const text =
    typeof amount === 'number' && Number.isSafeInteger(amount) ? amount.toString() : amount;
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null;
  if (match === null) {
    throw new TypeError(
      `${String(amount)} is not an exact amount of credits. Write it as a decimal string with at most six decimals, such as "12.5".`,
    );
  }
  const [, sign, whole = '', decimals = ''] = match;
  const micro = BigInt(whole) * MICRO_PER_CREDIT + BigInt(decimals.padEnd(6, '0'));
  return sign === '-' ? -micro : micro;
}

function format(micro: bigint): string {
  const sign = micro < 0n ? '-' : '';
  const size = micro < 0n ? -micro : micro;
  const decimals = (size % MICRO_PER_CREDIT).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${size / MICRO_PER_CREDIT}${decimals === '' ? '' : `.${decimals}`}`;
}

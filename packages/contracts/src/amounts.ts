/**
 * Credits on the wire are decimal strings; inside they are `bigint` micro-credits.
 * No floating point exists between the two, so nothing can be rounded by accident.
 */

/** One credit in micro-credits, the integer the ledger stores. */
export const MICRO_PER_CREDIT = 1_000_000n;

/** Exclusive upper bound of any single amount: 10^12 credits. */
export const AMOUNT_LIMIT = 1_000_000_000_000n * MICRO_PER_CREDIT;

export type AmountFault = 'not_a_decimal' | 'too_precise' | 'not_positive' | 'too_large';

export type ParsedAmount = { ok: true; micro: bigint } | { ok: false; fault: AmountFault };

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;

/**
 * Reads a credit amount as a client may write it: a plain decimal string with at most six
 * decimals (no exponent, no `+`), or a JSON integer. Trailing zeros are accepted.
 *
 * @returns micro-credits, or what is wrong with the input; never throws.
 */
export function parseAmount(input: unknown): ParsedAmount {
  const text = typeof input === 'number' && Number.isSafeInteger(input) ? input.toString() : input;
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null;
  if (match === null) return { ok: false, fault: 'not_a_decimal' };
  const [, sign, whole = '', decimals = ''] = match;
  if (decimals.length > 6) return { ok: false, fault: 'too_precise' };
  const micro = BigInt(whole) * MICRO_PER_CREDIT + BigInt(decimals.padEnd(6, '0'));
  if (sign === '-' || micro === 0n) return { ok: false, fault: 'not_positive' };
  if (micro >= AMOUNT_LIMIT) return { ok: false, fault: 'too_large' };
  return { ok: true, micro };
}

/** Writes micro-credits as the canonical decimal string: no trailing zeros, `"0"` for nothing. */
export function formatAmount(micro: bigint): string {
  const sign = micro < 0n ? '-' : '';
  const size = micro < 0n ? -micro : micro;
  const whole = size / MICRO_PER_CREDIT;
  const decimals = (size % MICRO_PER_CREDIT).toString().padStart(6, '0').replace(/0+$/, '');
  return decimals === '' ? `${sign}${whole}` : `${sign}${whole}.${decimals}`;
}

/** A sentence for each fault, for problem documents and command lines. */
export const AMOUNT_FAULTS: Record<AmountFault, string> = {
  not_a_decimal:
    'must be a decimal string such as "12.5" (no exponent, no leading +) or a JSON integer',
  too_precise: 'has more than six decimals; the smallest amount is "0.000001"',
  not_positive: 'must be greater than zero',
  too_large: 'must be less than 1000000000000 credits',
};

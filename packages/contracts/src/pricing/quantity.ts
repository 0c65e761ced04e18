import { z } from 'zod';

/** One unit in the millionths that quantities are counted in. */
export const MILLIONTHS_PER_UNIT = 1_000_000n;

/** Exclusive upper bound of a quantity: 10^12 units, in millionths. */
export const QUANTITY_LIMIT = 1_000_000_000_000n * MILLIONTHS_PER_UNIT;

export type QuantityFault = 'not_a_decimal' | 'too_precise' | 'negative' | 'too_large';

export type ParsedQuantity = { ok: true; millionths: bigint } | { ok: false; fault: QuantityFault };

/** A sentence for each fault, for problem documents and command lines. */
export const QUANTITY_FAULTS: Record<QuantityFault, string> = {
  not_a_decimal:
    'must be a decimal string such as "1500" or "0.25", or a JSON number of at most 15 digits',
  too_precise: 'has more than six decimals; the smallest quantity above zero is "0.000001"',
  negative: 'must not be negative',
  too_large: 'must be less than 1000000000000 units',
};

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;
/** A double holds every decimal of so many digits, so its shortest spelling is the one that was sent. */
const EXACT_DIGITS = 15;

/**
 * Reads a quantity: a plain decimal string with at most six decimals, or a JSON number that a double
 * holds exactly as it was written. Zero is a quantity.
 *
 * @returns millionths of a unit, or what is wrong with the input; never throws.
 */
export function parseQuantity(input: unknown): ParsedQuantity {
  const text = typeof input === 'number' ? exactText(input) : input;
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null;
  if (match === null) return { ok: false, fault: 'not_a_decimal' };
  const [, sign, whole = '', decimals = ''] = match;
  if (decimals.length > 6) return { ok: false, fault: 'too_precise' };
  const millionths = BigInt(whole) * MILLIONTHS_PER_UNIT + BigInt(decimals.padEnd(6, '0'));
  if (sign === '-' && millionths > 0n) return { ok: false, fault: 'negative' };
  if (millionths >= QUANTITY_LIMIT) return { ok: false, fault: 'too_large' };
  return { ok: true, millionths };
}

function exactText(value: number): string | null {
  const text = value.toString();
  return text.replace(/^-?0*\.?0*|\./g, '').length <= EXACT_DIGITS ? text : null;
}

/** How much of something was used; parses to millionths of a unit. */
export const Quantity = z
  .unknown()
  .transform((input, context): bigint => {
    const parsed = parseQuantity(input);
    if (parsed.ok) return parsed.millionths;
    context.addIssue({ code: 'custom', message: QUANTITY_FAULTS[parsed.fault] });
    return z.NEVER;
  })
  .meta({
    id: 'Quantity',
    description:
      'A decimal string with at most six decimals, or a JSON number of at most 15 digits',
    examples: ['1500', '0.25'],
  });

/** The name that an operator gave a price. */
export const PriceId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of the characters A-Z a-z 0-9 . _ -')
  .meta({ id: 'PriceId', example: 'gpt-input' });

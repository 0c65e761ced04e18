import { formatAmount, parseAmount, type AmountFault } from '@bursar/contracts/amounts';

/** How a locale writes numbers. */
export interface Separators {
  group: string;
  decimal: string;
}

export type TypedAmount =
  | { ok: true; micro: bigint; amount: string }
  | { ok: false; fault: 'empty' | AmountFault };

/**
 * Reads an amount as a person types or pastes it: with or without grouping, with the decimal comma
 * of their locale or a point.
 *
 * @returns the canonical decimal string with its micro-credits, or what is wrong with the input.
 */
export function readTypedAmount(text: string, locale: Separators = ownSeparators): TypedAmount {
  const typed = text.replaceAll(/[\s\u00a0\u202f'’_]/g, '');
  if (typed === '') return { ok: false, fault: 'empty' };
  const plain = plainDecimal(typed, locale);
  // "12." is on its way to "12.5"; nobody should be told off in between.
  const parsed = parseAmount(plain.replace(/\.$/, '').replace(/^\./, '0.'));
  return parsed.ok
    ? { ok: true, micro: parsed.micro, amount: formatAmount(parsed.micro) }
    : { ok: false, fault: parsed.fault };
}

/**
 * A canonical decimal string as a person of this locale would have typed it, for a field to begin
 * with: "12.345" put in as it is would be twelve thousand to a German reader.
 */
export const typedFrom = (amount: string, locale: Separators = ownSeparators): string =>
  locale.decimal === ',' ? amount.replace('.', ',') : amount;

/** The only doubt is one sign that may group or divide: the locale decides where both would do. */
function plainDecimal(typed: string, locale: Separators): string {
  const signs = new Set(typed.replaceAll(/[\d-]/g, ''));
  if (signs.size > 1) {
    // Whichever comes last divides, whatever the locale: nobody groups behind the decimals.
    const last = typed.search(/[.,](?=\d*$)/);
    const whole = typed.slice(0, last);
    return isGrouped(whole) ? `${whole.replaceAll(/[.,]/g, '')}.${typed.slice(last + 1)}` : typed;
  }
  const [sign] = signs;
  if (sign !== ',' && sign !== '.') return typed;
  const grouping = sign === locale.group || typed.split(sign).length > 2;
  return grouping && isGrouped(typed) ? typed.replaceAll(sign, '') : typed.replace(sign, '.');
}

/** In threes, or with commas as in India; a leading zero groups nothing: "0.125" is an eighth. */
const isGrouped = (text: string): boolean =>
  /^-?\d{1,3}$/.test(text) ||
  /^-?[1-9]\d{0,2}((,\d{3})+|(\.\d{3})+)$/.test(text) ||
  /^-?[1-9]\d?(,\d{2})+,\d{3}$/.test(text);

function separatorsOf(locale?: string): Separators {
  const parts = new Intl.NumberFormat(locale).formatToParts(123_456.5);
  const of = (type: 'group' | 'decimal'): string =>
    parts.find((part) => part.type === type)?.value ?? '';
  return { group: of('group'), decimal: of('decimal') };
}

const ownSeparators = separatorsOf();

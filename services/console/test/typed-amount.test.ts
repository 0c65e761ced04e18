import { formatAmount } from '@bursar/contracts/amounts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTypedAmount, typedFrom, type Separators } from '../src/ui/typed-amount.ts';

const ENGLISH = { group: ',', decimal: '.' };
const GERMAN = { group: '.', decimal: ',' };
const FRENCH = { group: '\u202f', decimal: ',' };

const read = (text: string, locale = ENGLISH): string => {
  const typed = readTypedAmount(text, locale);
  return typed.ok ? typed.amount : typed.fault;
};

describe('an amount as it is typed', () => {
  it.each([
    ['1000', '1000'],
    ['1,000', '1000'],
    ['1,234,567.5', '1234567.5'],
    ['12,5', '12.5'],
    ['12.', '12'],
    ['.5', '0.5'],
    [' 2 500 ', '2500'],
    ["1'000", '1000'],
    ['1.234,56', '1234.56'],
    ['0.000001', '0.000001'],
    ['1,00,000', '100000'],
    ['12,34,567.5', '1234567.5'],
  ])('%s is %s to an English reader', (text, amount) => {
    expect(read(text)).toBe(amount);
  });

  it.each([
    ['1.000', '1000'],
    ['1.000,5', '1000.5'],
    ['12,5', '12.5'],
    ['12.5', '12.5'],
    ['1,000', '1'],
    ['0.125', '0.125'],
  ])('%s is %s to a German reader', (text, amount) => {
    expect(read(text, GERMAN)).toBe(amount);
  });

  it('groups with the narrow space of French', () => {
    expect(read('12\u202f500,25', FRENCH)).toBe('12500.25');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['abc', 'not_a_decimal'],
    ['1e3', 'not_a_decimal'],
    ['+5', 'not_a_decimal'],
    ['1,00,0', 'not_a_decimal'],
    ['1.2.3,4,5', 'not_a_decimal'],
    ['0', 'not_positive'],
    ['-3', 'not_positive'],
    ['0.0000001', 'too_precise'],
    ['1000000000000', 'too_large'],
  ])('%j is refused as %s', (text, fault) => {
    expect(read(text)).toBe(fault);
  });

  it('reads back, to the last digit, what locales write', () => {
    const micro = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n });
    fc.assert(
      fc.property(micro, fc.constantFrom('en', 'de', 'fr', 'de-CH', 'en-IN'), (value, locale) => {
        const decimal = `${value / 1_000_000n}.${(value % 1_000_000n).toString().padStart(6, '0')}`;
        const written = new Intl.NumberFormat(locale, {
          minimumFractionDigits: 6,
          maximumFractionDigits: 6,
        }).format(decimal as unknown as number);
        const typed = readTypedAmount(written, separatorsOf(locale));
        expect(typed).toMatchObject({ ok: true, micro: value });
      }),
    );
  });

  it('begins as what was saved, whatever the locale of who opens the form', () => {
    const locales = ['en', 'de', 'es', 'it', 'nl', 'pt', 'fr', 'pl', 'de-CH', 'en-IN', 'ar-EG'];
    const micro = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n });
    fc.assert(
      fc.property(micro, fc.constantFrom(...locales), (value, locale) => {
        const amount = formatAmount(value);
        const separators = separatorsOf(locale);
        expect(read(typedFrom(amount, separators), separators)).toBe(amount);
      }),
      {
        examples: [
          [12_345_000n, 'de'],
          [125_000n, 'es'],
        ],
      },
    );
  });
});

function separatorsOf(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale).formatToParts(123_456.5);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { group: of('group'), decimal: of('decimal') };
}

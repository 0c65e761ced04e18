import { formatAmount, parseAmount } from '@bursar/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Credits } from '../src/credits.ts';

const micro = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });

describe('credits', () => {
  it('are spelled as the contract spells them', () => {
    fc.assert(
      fc.property(micro, (amount) => {
        expect(Credits.format(amount)).toBe(formatAmount(amount));
        expect(Credits.parse(Credits.format(amount))).toBe(amount);
      }),
    );
  });

  it('are read as the server reads them', () => {
    const spelling = fc.oneof(
      fc.stringMatching(/^\d{1,5}(\.\d{1,6})?$/),
      fc.integer({ min: 1 }),
      fc.constantFrom('1e3', '+1', ' 1', '1.', '.5', '', '1,5', '0x1', '1.0000001', '١'),
    );
    fc.assert(
      fc.property(spelling, (input) => {
        const parsed = parseAmount(input);
        if (parsed.ok) expect(Credits.parse(input)).toBe(parsed.micro);
        else if (parsed.fault === 'not_positive') expect(Credits.parse(input)).toBe(0n);
        else expect(() => Credits.parse(input)).toThrow(/decimal string/);
      }),
    );
  });

  it('add, subtract, multiply and compare without rounding', () => {
    expect(Credits.add('0.1', '0.2')).toBe('0.3');
    expect(Credits.add()).toBe('0');
    expect(Credits.subtract('1', '1.000001')).toBe('-0.000001');
    expect(Credits.multiply('0.000001', 3)).toBe('0.000003');
    expect(['10', '9.5', '-1', '9.50'].toSorted(Credits.compare)).toEqual([
      '-1',
      '9.5',
      '9.50',
      '10',
    ]);
  });

  it('refuse floating point', () => {
    expect(() => Credits.add(0.1, 0.2)).toThrow(/exact/);
  });
});

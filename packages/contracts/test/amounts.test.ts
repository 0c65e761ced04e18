import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMOUNT_LIMIT, formatAmount, parseAmount } from '../src/amounts.ts';

const micro = fc.bigInt({ min: 1n, max: AMOUNT_LIMIT - 1n });

describe('credit amounts', () => {
  test('survive the wire: what is written is read back, to the last micro-credit', () => {
    fc.assert(
      fc.property(micro, (amount) => {
        expect(parseAmount(formatAmount(amount))).toEqual({ ok: true, micro: amount });
      }),
    );
  });

  test('are written in one canonical way', () => {
    fc.assert(
      fc.property(micro, (amount) => {
        expect(formatAmount(amount)).toMatch(/^(0|[1-9]\d*)(\.\d{0,5}[1-9])?$/);
      }),
    );
    expect(formatAmount(0n)).toBe('0');
    expect(formatAmount(-1_500_000n)).toBe('-1.5');
  });

  test.each([
    ['12.5', 12_500_000n],
    ['500', 500_000_000n],
    [500, 500_000_000n],
    ['0.000001', 1n],
    ['1.500000', 1_500_000n],
    ['999999999999.999999', AMOUNT_LIMIT - 1n],
  ])('%j is read exactly', (input, expected) => {
    expect(parseAmount(input)).toEqual({ ok: true, micro: expected });
  });

  test.each([
    ['0.0000001', 'too_precise'],
    ['1.0000000', 'too_precise'],
    ['0', 'not_positive'],
    [0, 'not_positive'],
    ['-1', 'not_positive'],
    ['1000000000000', 'too_large'],
    ['9'.repeat(30), 'too_large'],
    ['1e3', 'not_a_decimal'],
    ['+1', 'not_a_decimal'],
    ['1,5', 'not_a_decimal'],
    [' 1', 'not_a_decimal'],
    ['.5', 'not_a_decimal'],
    ['1.', 'not_a_decimal'],
    ['', 'not_a_decimal'],
    ['٣', 'not_a_decimal'],
    [1.5, 'not_a_decimal'],
    [2 ** 53, 'not_a_decimal'],
    [Number.NaN, 'not_a_decimal'],
    [null, 'not_a_decimal'],
    [{}, 'not_a_decimal'],
  ])('%j is refused as %s', (input, fault) => {
    expect(parseAmount(input)).toEqual({ ok: false, fault });
  });
});

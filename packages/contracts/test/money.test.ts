import { describe, expect, it } from 'vitest';
import { formatMinor } from '../src/index.ts';

describe('money as spreadsheets read it', () => {
  it.each([
    [0n, 100n, '0.00'],
    [7n, 100n, '0.07'],
    [-1500n, 100n, '-15.00'],
    [-3n, 100n, '-0.03'],
    [500n, 1n, '500'],
    [-500n, 1n, '-500'],
    [1n, 1000n, '0.001'],
    [9007199254740993n, 100n, '90071992547409.93'],
  ])('%s minor units, %s to a major one, are %s', (minor, perMajor, text) => {
    expect(formatMinor(minor, perMajor)).toBe(text);
  });
});

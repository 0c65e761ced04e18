import { LOT_KINDS, type LotKind } from '@bursar/contracts';
import * as fc from 'fast-check';
import { CAST_SIZE } from './cast.ts';
import type { Source } from './step.ts';

export const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

/** Amounts that collide with each other, now and then a single micro-credit, rarely a fortune. */
export const amount = fc.oneof(
  { weight: 60, arbitrary: fc.bigInt(1n, 30n) },
  { weight: 20, arbitrary: fc.constantFrom(1n, 10n, 20n, 50n) },
  { weight: 10, arbitrary: fc.bigInt(30n, 300n) },
  { weight: 1, arbitrary: fc.bigInt(1n, 10n ** 18n - 1n) },
);
export const inflow = fc.oneof(
  { weight: 40, arbitrary: fc.bigInt(1n, 60n) },
  { weight: 20, arbitrary: fc.constantFrom(10n, 50n, 100n, 1000n) },
  { weight: 1, arbitrary: fc.bigInt(10n ** 17n, 10n ** 18n - 1n) },
);
/** Mostly the first organization and three of its people, so that steps meet each other. */
export const who = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 2, 4) },
  { weight: 1, arbitrary: fc.nat(CAST_SIZE) },
);
export const walletHolder = who.map((index) => index % CAST_SIZE);
export const person = fc.constantFrom(0, 1, 1, 2, 2, 3);
export const pool = fc.constantFrom(0, 0, 0, 1);
/** How many steps back; mostly what has just happened. */
export const earlier = fc.oneof(
  { weight: 4, arbitrary: fc.nat(2) },
  { weight: 1, arbitrary: fc.nat(40) },
);
export const behalf = rarely(fc.nat(2));
export const some = fc.option(amount, { freq: 2 });
export const kind = rarely<LotKind>(fc.constantFrom(...LOT_KINDS));
export const hours = fc.constantFrom(1, 1, 2, 2, 6, 6, 24, 72, 192, 768);

export const source = fc.constantFrom<Source[]>(
  'anywhere',
  'anywhere',
  'other product',
  'other key',
);

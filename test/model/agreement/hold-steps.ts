import * as fc from 'fast-check';
import { amount, who, earlier, behalf, some, hours, source } from './drawn-values.ts';
import type { StepOf } from './resolve-step.ts';
import type { HoldStep } from './step.ts';

export const hold: fc.Arbitrary<StepOf<'hold'>> = fc.record({
  do: fc.constant('hold'),
  who,
  amount,
  behalf,
  hours: fc.constantFrom(1, 1, 2, 2, 6, 6, 24, 72),
  overdraft: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0n) },
    { weight: 1, arbitrary: fc.bigInt(1n, 40n) },
  ),
  source,
});
export const extend: fc.Arbitrary<StepOf<'extend'>> = fc.record({
  do: fc.constant('extend'),
  hold: earlier,
  hours,
  amount: some,
});

export const capture: fc.Arbitrary<StepOf<'capture'>> = fc.record({
  do: fc.constant('capture'),
  hold: earlier,
  amount: fc.oneof({ weight: 8, arbitrary: some }, { weight: 1, arbitrary: fc.constant(0n) }),
  final: fc.boolean(),
  within: fc.constantFrom(false, false, true),
});
export const release: fc.Arbitrary<StepOf<'release'>> = fc.record({
  do: fc.constant('release'),
  hold: earlier,
});

const rarelyAgain = fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0);
const someHolds = fc.array(
  fc.record({
    step: fc.oneof<fc.WeightedArbitrary<HoldStep>[]>(
      { weight: 4, arbitrary: hold },
      { weight: 4, arbitrary: capture },
      { weight: 1, arbitrary: release },
      { weight: 2, arbitrary: extend },
    ),
    again: rarelyAgain,
  }),
  { minLength: 1, maxLength: 12 },
);
/** So many that they are applied as sets: small placings, and captures of all that is set aside. */
const manyHolds = fc.array(
  fc.record({
    step: fc.oneof<fc.WeightedArbitrary<HoldStep>[]>(
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('hold'),
          who: fc.constantFrom(0, 1, 2, 3, 4, 5),
          amount: fc.bigInt(1n, 6n),
          behalf: fc.constant(null),
          hours: fc.constantFrom(1, 24),
          overdraft: fc.constant(0n),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('capture'),
          hold: fc.nat(20),
          amount: fc.constant(null),
          final: fc.constant(true),
        }),
      },
    ),
    again: rarelyAgain,
  }),
  { minLength: 8, maxLength: 24 },
);
export const holds: fc.Arbitrary<StepOf<'holds'>> = fc.record({
  do: fc.constant('holds'),
  items: fc.oneof(someHolds, manyHolds),
});

import { BUDGET_PERIODS, ORGANIZATION_ROLES } from '@bursar/contracts';
import * as fc from 'fast-check';
import { CAST_SIZE } from './cast.ts';
import {
  rarely,
  amount,
  inflow,
  who,
  walletHolder,
  person,
  pool,
  earlier,
  some,
  kind,
  hours,
  source,
} from './drawn-values.ts';
import { hold, extend, capture, release, holds } from './hold-steps.ts';
import type { ChargeStep, Scenario, Step } from './step.ts';
import type { StepOf } from './resolve-step.ts';
import { stories } from './stories.ts';

export const chargeStep: fc.Arbitrary<ChargeStep> = fc.record({
  who,
  amount,
  behalf: rarely(fc.nat(2)),
  source,
  again: rarely(fc.record({ charge: earlier, clash: fc.boolean() })),
});

const charges: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('charges'),
  items: fc.oneof(
    { weight: 3, arbitrary: fc.array(chargeStep, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(chargeStep, { minLength: 1, maxLength: 60 }) },
    {
      // Many charges of one wallet in a row are what the set-based path is made for.
      weight: 2,
      arbitrary: fc
        .tuple(who, fc.array(amount, { minLength: 1, maxLength: 20 }))
        .map(([one, amounts]) =>
          amounts.map((size) => ({ who: one, amount: size, behalf: null, again: null })),
        ),
    },
  ),
});

const expiresIn: fc.Arbitrary<number | null> = fc.option(
  fc.constantFrom(-1, 0, 1, 1, 2, 2, 6, 6, 24, 24, 72, 192),
  { freq: 4 },
);
const effectiveIn: fc.Arbitrary<number | null> = rarely(fc.constantFrom(-24, -1, 1, 6, 24));

export const grant: fc.Arbitrary<StepOf<'grant'>> = fc.record({
  do: fc.constant('grant'),
  who,
  amount: inflow,
  kind: fc.constantFrom('promotional', 'adjustment', 'subscription'),
  expiresIn,
  effectiveIn,
  priority: fc.oneof(fc.constant(50), fc.constantFrom(0, 10, 50, 100)),
});

const buy: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('buy'),
  who: walletHolder,
  credits: inflow,
  paid: fc.oneof(fc.constantFrom(0, 1, 100), fc.nat(100_000)),
  months: fc.constantFrom(0, 12),
  bonus: rarely(inflow),
});

/** Terms that are met half of the time; caps that two or three top-ups reach. */
const topUp: fc.Arbitrary<StepOf<'top-up'>> = fc.record({
  do: fc.constant('top-up'),
  who: walletHolder,
  threshold: fc.oneof(fc.bigInt(1n, 60n), fc.bigInt(1n, 2_000n)),
  amount: fc.option(inflow, { freq: 2 }),
  target: fc.bigInt(1n, 200n),
  cap: fc.constantFrom(100n, 2_000n, 1_000_000n),
  declined: fc.constantFrom(false, false, false, true),
});

const renewal: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('renew'),
  who: walletHolder,
  number: fc.nat(9),
  credits: inflow,
  paid: fc.oneof(fc.constantFrom(0, 1, 100), fc.nat(100_000)),
  cap: fc.oneof(fc.constant(0n), fc.bigInt(1n, 60n)),
  // Not a month: an order's lot would end in the same hour, which the model takes for the same moment.
  hours: fc.constantFrom(24, 300, 731),
});

/** Limits that a few charges reach, now and then one that is never reached. */
export const budget: fc.Arbitrary<StepOf<'budget'>> = fc.record({
  do: fc.constant('budget'),
  budget: fc.nat(3),
  who: walletHolder,
  member: rarely(person),
  source,
  limit: fc.oneof(
    { weight: 8, arbitrary: fc.bigInt(0n, 200n) },
    { weight: 1, arbitrary: fc.constant(10n ** 17n) },
  ),
  period: fc.constantFrom(...BUDGET_PERIODS),
  alertAt: fc.constantFrom([50, 80, 100], [100], [1], [50, 120], []),
  enforced: fc.constantFrom(true, true, true, false),
  beginsIn: rarely(fc.constantFrom(-6, 1, 6, 24)),
});
export const endBudget: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('end-budget'),
  budget: fc.nat(3),
  who: walletHolder,
});
/** Credits arrive, charges of the set-based path and the others burn them, time passes. */
const core: fc.WeightedArbitrary<Step>[] = [
  { weight: 8, arbitrary: charges },
  { weight: 6, arbitrary: grant },
  { weight: 2, arbitrary: buy },
  { weight: 2, arbitrary: topUp },
  { weight: 3, arbitrary: renewal },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('travel'), hours }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' }) },
  { weight: 3, arbitrary: budget },
  { weight: 1, arbitrary: endBudget },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('again'), command: earlier, clash: fc.boolean() }),
  },
];

const recipients: fc.Arbitrary<'all' | number[]> = fc.oneof(
  fc.constant('all' as const),
  fc.array(fc.nat(4), { maxLength: 3 }),
);

export const transfer: fc.Arbitrary<StepOf<'transfer'>> = fc.record({
  do: fc.constant('transfer'),
  from: who,
  to: who,
  amount,
  kind,
  unrestricted: fc.boolean(),
});
export const remove: fc.Arbitrary<StepOf<'remove'>> = fc.record({
  do: fc.constant('remove'),
  pool,
  who: person,
});
const deletion: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('delete'),
  pool,
  forfeit: fc.oneof(fc.constant('all' as const), fc.constant('all' as const), some),
  confirmed: fc.constantFrom(true, true, true, false),
});
export const reversal: fc.Arbitrary<StepOf<'reverse'>> = fc.record({
  do: fc.constant('reverse'),
  charge: earlier,
  amount: some,
});

const distribution: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: transfer,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('allocate'),
      pool,
      recipients,
      amount,
      rising: fc.boolean(),
      kind,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo'), allocation: earlier }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('default'), pool, who: person, amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('seat'), pool, who: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unseat'), pool, who: person }) },
  { weight: 1, arbitrary: fc.constant({ do: 'pay-delayed' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings'),
      pool,
      seat: some,
      below: some,
      monthly: amount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cap'),
      pool,
      percent: fc.constantFrom(null, 1, 10, 33, 50, 100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refill'), pool, amount }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('sweep-idle'), pool, days: fc.constantFrom(0, 1, 7) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask'), pool, who: person, amount }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('approve'), request: earlier, amount: some }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reject'), request: earlier }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), request: earlier }) },
  { weight: 2, arbitrary: remove },
  { weight: 1, arbitrary: deletion },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('suspend'), pool, who: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reinstate'), pool, who: person }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('join'),
      pool,
      who: person,
      role: fc.constantFrom(...ORGANIZATION_ROLES),
    }),
  },
];

const limit: fc.Arbitrary<bigint | null> = fc.option(fc.bigInt(0n, 60n), { freq: 3 });

const corrections: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: hold,
  },
  {
    weight: 3,
    arbitrary: capture,
  },
  { weight: 1, arbitrary: release },
  { weight: 2, arbitrary: extend },
  { weight: 4, arbitrary: holds },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('landing'),
      who: walletHolder,
      limit: fc.bigInt(0n, 60n),
    }),
  },
  {
    weight: 4,
    arbitrary: reversal,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('take-back'),
      purchase: earlier,
      refunded: fc.oneof(fc.constantFrom(0, 1, 50, 100_000), fc.nat(100_000)),
      kind: fc.constantFrom('refund', 'dispute'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('take-period-back'),
      period: earlier,
      refunded: fc.oneof(fc.constantFrom(0, 1, 50, 100_000), fc.nat(100_000)),
      kind: fc.constantFrom('refund', 'dispute'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('report-again'), purchase: earlier }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit'),
      who: walletHolder,
      limit,
    }),
  },
];

/** Something to spend, so that what follows is not refused for want of it. */
const opening = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 3, arbitrary: grant },
    { weight: 1, arbitrary: buy },
  ),
  {
    minLength: 3,
    maxLength: 10,
  },
);

/** Scenarios of these steps, after an opening. */
export const scenarioOf = (
  steps: fc.Arbitrary<Step[]>,
  maxLength: number,
): fc.Arbitrary<Scenario> =>
  fc.noBias(
    fc.record({
      graceDays: fc.constantFrom(7, 7, 0),
      strict: fc.constantFrom(false, false, true),
      limits: fc.array(fc.constantFrom(null, 0n, 5n, 30n, 100n), {
        minLength: CAST_SIZE,
        maxLength: CAST_SIZE,
      }),
      steps: fc
        .tuple(opening, fc.array(steps, { minLength: 1, maxLength, size: 'max' }))
        .map(([first, rest]) => [...first, ...rest.flat()]),
    }),
  );

export const oneOf = (steps: fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.oneof(...steps).map((step) => [step]);

/** Charges, inflows and time only: small scenarios that reach every corner of the charge batch. */
export const coreScenario = scenarioOf(oneOf(core), 16);

/** Everything a ledger can be asked. */
export const fullScenario = scenarioOf(
  fc.oneof(
    { weight: 6, arbitrary: oneOf([...core, ...distribution, ...corrections]) },
    { weight: 1, arbitrary: stories },
  ),
  30,
);

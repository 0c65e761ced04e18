import * as fc from 'fast-check';
import { capture, hold, release } from './hold-steps.ts';
import { budget, reversal, chargeStep, endBudget, oneOf, scenarioOf } from './scenario.ts';
import type { ChargeStep, Scenario, Step } from './step.ts';

/** Ana, her organization's pool, and two other members: owners who share budgets. */
const sharers = fc.constantFrom(0, 0, 1, 2, 4);
const size = fc.bigInt(1n, 25n);
const behalf = fc.constantFrom(null, null, 0);

const sharedCharge: fc.Arbitrary<ChargeStep> = fc
  .record({ step: chargeStep, who: sharers, amount: size, behalf })
  .map(({ step, ...shared }) => ({ ...step, ...shared }));

/** Whole batches of one wallet fit its budgets as a set, or just do not. */
const run: fc.Arbitrary<ChargeStep[]> = fc
  .record({ who: sharers, sizes: fc.array(size, { minLength: 2, maxLength: 12 }) })
  .map(({ who, sizes }) =>
    sizes.map((amount) => ({ who, amount, behalf: null, again: null, source: 'anywhere' })),
  );

const charges: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('charges'),
  items: fc.oneof(fc.array(sharedCharge, { minLength: 1, maxLength: 12 }), run),
});

const sharedHold: fc.Arbitrary<Step> = fc
  .record({ step: hold, who: sharers, amount: size, behalf })
  .map(({ step, ...shared }) => ({ ...step, ...shared }));

/** Mostly of those who spend, and of all that they spend. */
const sharedBudget: fc.Arbitrary<Step> = fc
  .record({ step: budget, who: fc.constantFrom(0, 1, 1, 4), wide: fc.nat(3) })
  .map(({ step, who, wide }) => ({
    ...step,
    who,
    ...(wide > 0 ? { source: 'anywhere', member: null, beginsIn: null } : {}),
  }));

const grants: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('grant'),
  who: sharers,
  amount: fc.bigInt(50n, 200n),
  kind: fc.constant('promotional'),
  expiresIn: fc.constantFrom(null, 6),
  effectiveIn: fc.constant(null),
  priority: fc.constant(50),
});

const holdIt: Step = { do: 'hold', who: 0, amount: 20n, behalf: 0, hours: 6, overdraft: 0n };
const captureIt = (amount: bigint): Step => ({ do: 'capture', hold: 0, amount, final: false });
const chargeIt: Step = { do: 'charges', items: [{ who: 0, amount: 9n, behalf: 0, again: null }] };
const reverseIt: Step = { do: 'reverse', charge: 0, amount: null };
const tomorrow: Step = { do: 'travel', hours: 24 };

/** Steps that belong together, for ana, who spends for the pool. */
const stories = fc.constantFrom<Step[]>(
  [holdIt, captureIt(5n), captureIt(60n)],
  [holdIt, { do: 'travel', hours: 1 }, captureIt(15n), { do: 'release', hold: 0 }],
  [holdIt, tomorrow, { do: 'sweep' }],
  [chargeIt, reverseIt, chargeIt],
  [chargeIt, tomorrow, reverseIt, chargeIt],
);

const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: oneOf([
      { weight: 10, arbitrary: charges },
      { weight: 4, arbitrary: sharedBudget },
      { weight: 1, arbitrary: endBudget },
      { weight: 3, arbitrary: grants },
      { weight: 4, arbitrary: sharedHold },
      { weight: 4, arbitrary: capture },
      { weight: 1, arbitrary: release },
      { weight: 3, arbitrary: reversal },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('travel'), hours: fc.constantFrom(1, 24, 72, 192) }),
      },
      { weight: 1, arbitrary: fc.constant({ do: 'sweep' }) },
      { weight: 1, arbitrary: fc.constant({ do: 'remove', pool: 0, who: 2 }) },
      { weight: 1, arbitrary: fc.constant({ do: 'join', pool: 0, who: 2, role: 'member' }) },
    ]),
  },
  { weight: 3, arbitrary: stories },
);

/** Spending of people who share budgets, and whatever changes what those have counted. */
export const budgetScenario: fc.Arbitrary<Scenario> = fc
  .tuple(fc.array(sharedBudget, { minLength: 2, maxLength: 4 }), scenarioOf(steps, 16))
  .map(([budgets, scenario]) => ({ ...scenario, steps: [...budgets, ...scenario.steps] }));

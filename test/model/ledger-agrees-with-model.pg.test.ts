import { AssertionError } from 'node:assert/strict';
import { audit } from '@bursar/ledger/administration';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { DEFAULT_LIMIT, play, type Stage } from './agreement/play.ts';
import { budgetScenario } from './agreement/budget-scenario.ts';
import { coreScenario, fullScenario } from './agreement/scenario.ts';
import type { Scenario } from './agreement/step.ts';
import { Tally } from './agreement/tally.ts';
import { burnOrder } from './rules/burn-order.ts';
import type { LotOrder, Rules } from './rules/ledger.ts';

/**
 * How many scenarios each property tries: set `FC_RUNS` to go deeper, `FC_SEED` to repeat a run
 * that failed (its report names the seed).
 */
const RUNS = Number(process.env['FC_RUNS'] ?? 120);
const SEED = process.env['FC_SEED'] === undefined ? {} : { seed: Number(process.env['FC_SEED']) };
const MINUTES = 60_000;

let database: TestDatabase;
let stage: Stage;

beforeAll(async () => {
  database = await createTestDatabase();
  stage = {
    owner: database.db,
    worker: database.connect('bursar_worker'),
    strict: database.connect('bursar_worker', { defaultOverdraftLimit: DEFAULT_LIMIT }),
  };
});
afterAll(async () => {
  await expectSoundHistory();
  await database.drop();
}, MINUTES);

/** The auditor finds nothing wrong with what the scenarios left behind. */
async function expectSoundHistory(): Promise<void> {
  const report = await audit(database.connect('bursar_auditor'));
  const wrong = report.checks
    .filter(({ name }) => !COMPARE_WITH_ANSWERS.includes(name))
    .filter(({ count, failure }) => count > 0n || failure !== null);
  expect(wrong).toEqual([]);
}

/**
 * Checks that read instants from stored answers, which travelling in time leaves as they were, or
 * hold them against the calendar, whose pages it turns by whole periods only.
 */
const COMPARE_WITH_ANSWERS = ['granted-lots', 'hold-states', 'budget-uses'];

const agrees = (
  scenarios: fc.Arbitrary<Scenario>,
  bent: Partial<Rules> = {},
  tally: Tally = new Tally(),
) => fc.asyncProperty(scenarios, async (scenario) => tally.add(await play(stage, scenario, bent)));

describe('the database agrees with the model after every step', () => {
  test('of random charges, inflows and passing time', { timeout: 30 * MINUTES }, async () => {
    await fc.assert(agrees(coreScenario), { numRuns: RUNS, ...SEED });
  });

  test('of spending under budgets', { timeout: 30 * MINUTES }, async () => {
    const tally = new Tally();
    await fc.assert(agrees(budgetScenario, {}, tally), { numRuns: RUNS, ...SEED });
    if (RUNS >= 100) await reachAll(budgetScenario, tally, UNDER_BUDGETS);
  });

  test('of anything a ledger can be asked', { timeout: 30 * MINUTES }, async () => {
    const tally = new Tally();
    await fc.assert(agrees(fullScenario, {}, tally), { numRuns: RUNS, ...SEED });
    if (RUNS >= 100) await reachAll(fullScenario, tally, HARD_TO_REACH);
  });
});

/** Chance may leave out what is rare, so a run goes on for a while until everything was met. */
async function reachAll(
  scenarios: fc.Arbitrary<Scenario>,
  tally: Tally,
  names: readonly string[],
): Promise<void> {
  for (let more = 0; more < 10 && names.some((name) => !(name in tally.counts)); more += 1) {
    await fc.assert(agrees(scenarios, {}, tally), { numRuns: RUNS });
  }
  expect(Object.keys(tally.counts)).toEqual(expect.arrayContaining([...names]));
}

const UNDER_BUDGETS = [
  'a budget alert',
  'a budget of several periods',
  'a budget that was overshot',
  'a capture in a budget',
  'a charge in several budgets',
  'a reversal in a budget',
  'refused: budget_exceeded',
];
const HARD_TO_REACH = [
  'a capture beyond its hold',
  'a capture of a lot that may have expired',
  'a capture that was reversed',
  'a charge into debt',
  'a deleted organization',
  'a charge over several lots',
  'a grace lot',
  'a grace lot that got no second grace',
  'a hold captured in parts',
  'a hold that is expired',
  'a period that was taken back',
  'a purchase that was taken back',
  'a rollover',
  'a request that approved itself',
  'a request that is approved',
  'a request that is expired',
  'a seat that is cancelled',
  'a seat that is delayed',
  'a seat that is paid',
  'a reversal over parts',
  'a soft landing',
  'a top-up',
  'a top-up taken back',
  'a transaction: allocation',
  'a transaction: expiry',
  'a transaction: forfeiture',
  'a transaction: return',
  'a transaction: transfer',
  'refused: account_not_settled',
  'refused: confirmation_mismatch',
  'refused: wallet_closed',
  'refused: cap_exceeded',
  'refused: forbidden',
  'refused: hold_not_open',
  'refused: last_owner',
  'refused: overdraft_not_allowed',
  'refused: member_suspended',
  'refused: reversal_exceeds_charge',
];
const backwards: LotOrder = (a, b) => burnOrder(b, a);

describe('a ledger with other rules would be noticed', () => {
  test.each<[string, Partial<Rules>]>([
    ['lots burn in the opposite order', { burnOrder: backwards }],
    ['reversals unwind the oldest use first', { unwindsNewestFirst: false }],
    ['inflows leave the debt alone', { inflowsSettleDebt: false }],
    ['grace lasts a day longer', { graceMs: 8 * 86_400_000 }],
    ['credits get a grace as often as they come back', { gracesOnce: false }],
  ])('when %s', { timeout: 5 * MINUTES }, (_, bent) => expectNoticed(fullScenario, bent));

  test('when holds count in no budget', { timeout: 5 * MINUTES }, () =>
    expectNoticed(budgetScenario, { holdsCountInBudgets: false }),
  );

  async function expectNoticed(
    scenarios: fc.Arbitrary<Scenario>,
    bent: Partial<Rules>,
  ): Promise<void> {
    const found = await fc.check(agrees(scenarios, bent), { numRuns: 1000, endOnFailure: true });
    expect(found.errorInstance).toBeInstanceOf(AssertionError);
    // The difference comes from the bent rule and from nothing else.
    await play(stage, found.counterexample![0]);
  }
});

import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { CAST_SIZE, castOf } from './agreement/cast.ts';
import { DatabaseLedger } from './agreement/database-ledger.ts';
import { DEFAULT_LIMIT, type Stage } from './agreement/play.ts';
import { chargesOf, commandOf, type StepOf } from './agreement/resolve-step.ts';
import { putBudgetOf } from './agreement/put-budget.ts';
import { budget, chargeStep, grant } from './agreement/scenario.ts';
import { seatCast } from './agreement/stage.ts';
import type { ChargeStep } from './agreement/step.ts';
import { newLedger } from './rules/new-ledger.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 60);
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
  await expectSoundLedger(database);
  await database.drop();
}, MINUTES);

interface Stream {
  /** Whether the installation limits wallets without a limit of their own. */
  strict: boolean;
  limits: (bigint | null)[];
  budgets: StepOf<'budget'>[];
  grants: StepOf<'grant'>[];
  charges: ChargeStep[];
}

const stream: fc.Arbitrary<Stream> = fc.noBias(
  fc.record({
    strict: fc.boolean(),
    limits: fc.array(fc.constantFrom(null, 0n, 5n, 30n, 100n), {
      minLength: CAST_SIZE,
      maxLength: CAST_SIZE,
    }),
    budgets: fc.array(budget, { maxLength: 3 }),
    grants: fc.array(grant, { minLength: 2, maxLength: 12 }),
    charges: fc.array(chargeStep, { minLength: 2, maxLength: 60, size: 'max' }),
  }),
);

/** Sizes of batches, used again and again until the stream is through. */
const cut = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 });

/** Applies the stream in batches of these sizes; answers with all outcomes and the whole state. */
async function applyIn(sizes: number[], given: Stream): Promise<string> {
  const { strict, limits, budgets, grants, charges } = given;
  const prefix = randomBytes(4).toString('hex');
  const cast = castOf(prefix);
  const owners = cast.owners.slice(0, -1);
  const frame = { owners, purchases: [], base: Date.now(), travelled: 0 };
  const ledger = new DatabaseLedger(strict ? stage.strict : stage.worker, frame, 7);
  await seatCast(stage.owner, cast, limits);
  let keys = 0;
  const newKey = () => {
    keys += 1;
    return `${prefix}-0000-4000-8000-${keys.toString(16).padStart(12, '0')}`;
  };
  for (const step of grants) {
    const asked = commandOf(step, cast, newLedger());
    await ledger.applyCommand({ key: newKey(), hash: newKey(), asked }, null);
  }
  for (const step of budgets) await putBudgetOf(stage.owner, step, cast);
  const waiting = chargesOf(charges, cast, [], newKey);
  const outcomes = [];
  for (let turn = 0; waiting.length > 0; turn += 1) {
    const batch = waiting.splice(0, sizes[turn % sizes.length]);
    outcomes.push(...(await ledger.applyCharges(batch)));
  }
  const text = JSON.stringify({ outcomes, state: await ledger.draw(new Map()) }, bigintAsText);
  return text.replaceAll(prefix, 'cast');
}

const bigintAsText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

test(
  'any cut of a stream of charges into batches has the same outcomes and the same end',
  { timeout: 10 * MINUTES },
  async () => {
    const property = fc.asyncProperty(stream, cut, async (charges, sizes) => {
      const alone = await applyIn([1], charges);
      expect(JSON.parse(await applyIn([charges.charges.length], charges))).toEqual(
        JSON.parse(alone),
      );
      expect(JSON.parse(await applyIn(sizes, charges))).toEqual(JSON.parse(alone));
    });
    await fc.assert(property, { numRuns: RUNS });
  },
);

test('the comparison notices a stream in another order', async () => {
  const item = (amount: bigint): ChargeStep => ({ who: 0, amount, behalf: null, again: null });
  const limits = Array.from({ length: CAST_SIZE }, () => 0n);
  const forwards = {
    strict: false,
    limits,
    budgets: [],
    grants: [],
    charges: [item(1n), item(2n)],
  };
  const backwards = { ...forwards, charges: forwards.charges.toReversed() };
  expect(await applyIn([1], forwards)).not.toEqual(await applyIn([1], backwards));
});

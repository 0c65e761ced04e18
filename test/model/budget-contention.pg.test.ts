import { connectDatabase } from '@bursar/ledger/administration';
import { type Database } from '@bursar/ledger/operations';
import { deleteBudget, putBudget, readBudget, type BudgetTerms } from '@bursar/ledger/reads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bare, chargeOf, ExampleLedger, micro } from '../examples/example-ledger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';

let database: TestDatabase;
let worker: Database;
let ledger: ExampleLedger;
let people: string[];
let pool: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { url: database.url, role: 'bursar_worker', name: 'bursar-budgets' } as const;
  worker = connectDatabase({ ...options, max: 8 });
});
afterAll(async () => {
  await expectSoundLedger(database);
  const [row] = await database.db<{ deadlocks: bigint }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  expect(row!.deadlocks).toBe(0n);
  await worker.end({ timeout: 5 });
  await database.drop();
});

beforeEach(async () => {
  ledger = new ExampleLedger(database.db, worker);
  people = [];
  for (const name of ['ana', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal']) {
    const person = await ledger.person(name);
    await ledger.grant(person, '1000');
    people.push(person);
  }
  pool = await ledger.organization('acme', people);
});

const put = (name: string, limit: bigint, terms: Partial<BudgetTerms> = {}) =>
  putBudget(database.db, {
    id: `${name}.${bare(pool)}`,
    wallet: pool,
    member: null,
    product: null,
    key: null,
    limit: limit * 1_000_000n,
    period: 'total',
    alertAt: [50, 100],
    enforced: true,
    activeFrom: null,
    ...terms,
  });

const spentOf = async (name: string): Promise<bigint> => {
  const budget = await readBudget(database.db, `${name}.${bare(pool)}`);
  return (budget!.spent + budget!.held) / 1_000_000n;
};

const forPool = (wallet: string, credits: string) => ({
  ...chargeOf(wallet, credits),
  on_behalf_of: pool,
});
const codeOf = (outcome: { verdict: string; error?: { code: string } | null }): string =>
  outcome.error?.code ?? outcome.verdict;
const count = (codes: string[], code: string): number => codes.filter((one) => one === code).length;

describe('a budget that many people share', () => {
  test('admits exactly its limit, whoever comes first', async () => {
    await put('team', 100n);
    const batches = people.flatMap((person) =>
      Array.from({ length: 6 }, () => [forPool(person, '3'), forPool(person, '1')]),
    );
    const outcomes = await Promise.all(batches.map((batch) => ledger.chargeBatch(batch)));
    const admitted = outcomes
      .flat()
      .reduce(
        (sum, outcome, index) => sum + (codeOf(outcome) === 'applied' ? [3n, 1n][index % 2]! : 0n),
        0n,
      );
    expect(admitted).toBe(100n);
    expect(await spentOf('team')).toBe(100n);
  });

  test('admits no more than its limit of charges and holds together', async () => {
    await put('team', 60n);
    const holds = people.flatMap((wallet) =>
      [1, 2, 3].map(() =>
        ledger.apply({
          type: 'hold',
          wallet,
          amount: micro('2'),
          product: 'notebook',
          expires_in: 900,
          on_behalf_of: pool,
        }),
      ),
    );
    const charges = people.flatMap((person) =>
      [1, 2, 3].map(() => ledger.chargeBatch([forPool(person, '2')])),
    );
    const codes = [...(await Promise.all(holds)), ...(await Promise.all(charges)).flat()].map(
      codeOf,
    );
    expect([count(codes, 'applied'), count(codes, 'budget_exceeded')]).toEqual([30, 18]);
    expect(await spentOf('team')).toBe(60n);
  });

  test('stands in batches in which its sharers come in opposite orders, beside budgets of their own', async () => {
    await put('team', 90n);
    for (const [index, wallet] of people.entries()) await put(`own${index}`, 20n, { wallet });
    const batch = (order: string[]) => order.map((person) => forPool(person, '1'));
    const rounds = Array.from({ length: 24 }, (_, round) =>
      ledger.chargeBatch(batch(round % 2 === 0 ? people : people.toReversed())),
    );
    const codes = (await Promise.all(rounds)).flat().map(codeOf);
    expect([count(codes, 'applied'), count(codes, 'budget_exceeded')]).toEqual([90, 102]);
    expect(await spentOf('team')).toBe(90n);
  });

  test('captures, releases and reversals settle it to what was charged', async () => {
    await put('team', 1_000n);
    const holds = await Promise.all(people.map((wallet) => ledger.hold(wallet, '1')));
    const placed = await Promise.all(
      people.map((wallet) =>
        ledger.apply({
          type: 'hold',
          wallet,
          amount: micro('10'),
          product: 'notebook',
          expires_in: 900,
          on_behalf_of: pool,
        }),
      ),
    );
    expect(new Set(placed.map(codeOf))).toEqual(new Set(['applied']));
    const rows = await worker<{ id: string }[]>`
      select h.id from bursar.holds h join bursar.wallets w on w.id = h.on_behalf_of
      where w.owner = ${pool} order by h.id`;
    const ends = rows.flatMap(({ id: hold }) => [
      ledger.apply({ type: 'hold_capture', hold, amount: micro('4'), final: true }),
      ledger.apply({ type: 'hold_release', hold }),
    ]);
    const codes = (await Promise.all(ends)).map(codeOf);
    const others = holds.map((hold) => ledger.apply({ type: 'hold_release', hold }));
    expect((await Promise.all(others)).map(codeOf)).toEqual(people.map(() => 'applied'));
    const charges = await worker<{ id: string }[]>`
      select u.subject as id from bursar.budget_uses u
      join bursar.transactions t on t.id = u.subject
      join bursar.budgets b on b.number = u.budget and b.id = ${`team.${bare(pool)}`}`;
    expect(count(codes, 'applied')).toBe(people.length);
    expect(await spentOf('team')).toBe(4n * BigInt(charges.length));
    const reversals = charges.map(({ id }) =>
      ledger.apply({ type: 'reversal', transaction: id, reason: 'Failed', amount: micro('1') }),
    );
    await Promise.all(reversals);
    expect(await spentOf('team')).toBe(3n * BigInt(charges.length));
  });

  test('may be put, changed and deleted while everybody spends', async () => {
    await put('cap', 60n);
    const spending = people.flatMap((person) =>
      Array.from({ length: 12 }, () =>
        ledger.chargeBatch([forPool(person, '1'), chargeOf(person, '1')]),
      ),
    );
    const changes = Array.from({ length: 20 }, async (_, round) => {
      const limit = BigInt(10 + round);
      await put(`b${round % 3}`, limit, { period: round % 2 === 0 ? 'total' : 'month' });
      await put(`mine${round % 3}`, limit, { wallet: people[round % 3]! });
      if (round % 4 === 0) {
        await deleteBudget(database.db, { id: `b${round % 3}.${bare(pool)}`, wallet: pool });
      }
    });
    const outcomes = (await Promise.all(spending)).flat().map(codeOf);
    await Promise.all(changes);
    expect(await spentOf('cap')).toBe(60n);
    expect(new Set(outcomes)).toEqual(new Set(['applied', 'budget_exceeded']));
  });
});

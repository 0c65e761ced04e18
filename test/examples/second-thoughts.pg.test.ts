import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { travel } from '../model/agreement/stage.ts';
import { ExampleLedger, micro } from './example-ledger.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('16. Credits that come back after their expiry get a grace of 7 days, and no second one', async () => {
  const ledger = new ExampleLedger(database.db, database.connect('bursar_worker'));
  const ana = await ledger.person('ana');
  await ledger.grant(ana, '10', 1);
  const first = await ledger.charge(ana, '10');
  await travel(database.db, [ana], 25);
  const reversal = { type: 'reversal', reason: 'Job failed' } as const;
  await ledger.apply({ ...reversal, transaction: first.transaction });
  expect(await ledger.state(ana)).toBe('10 / 0');
  const second = await ledger.charge(ana, '10');
  await travel(database.db, [ana], 8 * 24);
  await ledger.apply({ ...reversal, transaction: second.transaction });
  expect(await ledger.state(ana)).toBe('0 / 0');
  expect(await ledger.newest(ana)).toMatchObject({ kind: 'expiry', amount: '-10' });
});

test('17. Without a limit of its own a wallet may owe what the installation says, and no more', async () => {
  const limited = database.connect('bursar_worker', { defaultOverdraftLimit: BigInt(micro('10')) });
  const ledger = new ExampleLedger(database.db, limited);
  const ben = await ledger.person('ben');
  expect((await ledger.charge(ben, '11')).outcome).toMatchObject({
    error: { code: 'insufficient_credits', required: '11', available: '10' },
  });
  await ledger.charge(ben, '10');
  expect(await ledger.state(ben)).toBe('0 / 10');
  await ledger.limit(ben, '12');
  await ledger.charge(ben, '2');
  expect(await ledger.state(ben)).toBe('0 / 12');
});

import type { LedgerTransaction } from '@bursar/ledger/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { allChecks } from '../src/audit/all-checks.ts';
import { historyCorruptions } from './audit/corrupt-history.ts';
import { lotCorruptions } from './audit/corrupt-lots.ts';
import { walletCorruptions } from './audit/corrupt-wallets.ts';
import { holdCorruptions } from './audit/corrupt-holds.ts';
import { allocationCorruptions } from './audit/corrupt-allocations.ts';
import { budgetCorruptions } from './audit/corrupt-budgets.ts';
import { operationCorruptions } from './audit/corrupt-operations.ts';
import { priceCorruptions } from './audit/corrupt-prices.ts';
import { subscriptionCorruptions } from './audit/corrupt-subscriptions.ts';
import { purchaseCorruptions } from './audit/corrupt-purchases.ts';
import { factCorruptions } from './audit/corrupt-requests-and-facts.ts';
import { topUpCorruptions } from './audit/corrupt-top-ups.ts';
import { webhookCorruptions } from './audit/corrupt-webhooks.ts';
import { deletionCorruptions } from './audit/corrupt-deletions.ts';
import { cashCorruptions } from './audit/corrupt-cash.ts';
import { distributionCorruptions } from './audit/corrupt-distribution.ts';
import { fillAtRandom } from './audit/fill-at-random.ts';
import { fillOnPurpose } from './audit/fill-on-purpose.ts';

const CORRUPTIONS = [
  ...historyCorruptions,
  ...lotCorruptions,
  ...walletCorruptions,
  ...holdCorruptions,
  ...allocationCorruptions,
  ...budgetCorruptions,
  ...operationCorruptions,
  ...priceCorruptions,
  ...purchaseCorruptions,
  ...topUpCorruptions,
  ...subscriptionCorruptions,
  ...cashCorruptions,
  ...factCorruptions,
  ...webhookCorruptions,
  ...distributionCorruptions,
  ...deletionCorruptions,
];

class Undo extends Error {}

/** Changes rows behind the ledger's back, runs one check on what is left, and takes the change back. */
async function violationsAfter(test: TestDatabase, corruption: string, name: string) {
  const check = allChecks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`There is no check named ${name}.`);
  let found = { before: 0n, changed: 0, after: 0n };
  const work = async (tx: LedgerTransaction): Promise<never> => {
    const before = await check.run(tx);
    const changed = await tx.unsafe(corruption);
    const after = await check.run(tx);
    found = { before: before.count, changed: changed.count, after: after.count };
    throw new Undo();
  };
  await test.db.begin(work).catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return found;
}

/** The first row that fits is changed: nothing may clear places in between for rows that come later. */
const keepOrderOfRows = (test: TestDatabase) =>
  test.db.unsafe(`
    do $$
    declare v_table regclass;
    begin
      for v_table in
        select c.oid from pg_class c where c.relnamespace = 'bursar'::regnamespace and c.relkind = 'r'
      loop
        execute format('alter table %s set (autovacuum_enabled = false)', v_table);
      end loop;
    end $$`);

describe('a corrupted ledger', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase();
    await keepOrderOfRows(test);
    await fillAtRandom(test, 11, 500);
    await fillOnPurpose(test);
    // What the database refuses by itself is let through, so that the auditor alone has to notice.
    await test.db.unsafe(`
      do $$
      declare v_one record;
      begin
        for v_one in
          select c.conrelid::regclass as relation, c.conname as name
          from pg_constraint c
          where c.connamespace = 'bursar'::regnamespace and c.contype in ('c', 'f', 'p', 'u') and c.coninhcount = 0
          order by c.contype in ('p', 'u')
        loop
          execute format('alter table %s drop constraint if exists %I cascade', v_one.relation, v_one.name);
        end loop;
        -- A partition that was attached keeps what it had before.
        for v_one in
          select c.conrelid::regclass as relation, c.conname as name
          from pg_constraint c join pg_class t on t.oid = c.conrelid
          where c.connamespace = 'bursar'::regnamespace and c.contype in ('c', 'p') and t.relispartition
        loop
          execute format('alter table %s drop constraint %I', v_one.relation, v_one.name);
        end loop;
        drop index bursar.transactions_by_id, bursar.credit_requests_pending, bursar.budgets_by_id,
          bursar.top_up_attempts_under_way, bursar.payment_methods_default,
          bursar.purchases_open_cart;
      end $$`);
  });
  afterAll(() => test.drop());

  it.each(CORRUPTIONS)('$table: $what is noticed by $check', async ({ sql, check }) => {
    const { before, changed, after } = await violationsAfter(test, sql, check);
    expect(before).toBe(0n);
    expect(changed).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0n);
  });

  it('is noticed by every check there is', () => {
    const proven = new Set(CORRUPTIONS.map((one) => one.check));
    expect(allChecks.map((one) => one.name).filter((name) => !proven.has(name))).toEqual([]);
  });
});

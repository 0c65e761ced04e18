import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { audit } from '../src/administration.ts';
import {
  applyCharges,
  applyCommand,
  databaseClock,
  detachPartitions,
  inTransaction,
  makePartitions,
  takeBackPurchase,
} from '../src/operations.ts';
import { readOperations, readTransaction, readTransactions, type Database } from '../src/reads.ts';
import { openWorlds, type World } from './outcome-world.ts';
import { credits } from './reads-fixtures.ts';

const HEAD = { hash: randomUUID(), caller: 'key_t', actor: 'key_t' };

/** Moves what was written so far two years back, as if it had happened then. */
const age = (db: Database) =>
  db.unsafe(`
  do $$
  declare
    v_back interval := interval '2 years';
  begin
    create temp table aged on commit drop as
      select id, overlay(id::text placing left(bursar.id_at(created_at - v_back)::text, 13) from 1 for 13)::uuid as old
      from (select distinct on (id) id, created_at from bursar.transactions) t;
    update bursar.movements m set transaction_id = a.old from aged a where a.id = m.transaction_id;
    update bursar.lots l set transaction_id = a.old from aged a where a.id = l.transaction_id;
    update bursar.purchases p set transaction_id = a.old from aged a where a.id = p.transaction_id;
    update bursar.operations o set transaction_id = a.old from aged a where a.id = o.transaction_id;
    update bursar.outbox f set payload = f.payload || jsonb_build_object('transaction', bursar.public_id('txn', a.old))
      from aged a where f.payload ->> 'transaction' = bursar.public_id('txn', a.id);
    update bursar.transactions t set corrects = a.old from aged a where a.id = t.corrects;
    update bursar.transactions t set id = a.old from aged a where a.id = t.id;
  end $$`);

describe('history', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.db`insert into bursar.users (id) values ('ana')`;
    await test.db`insert into bursar.wallets (owner) values ('user:ana')`;
  });
  afterAll(() => test.drop());

  const grant = (micro: string) =>
    applyCommand(
      test.connect('bursar_worker'),
      { ...HEAD, key: randomUUID(), accepted_at: new Date().toISOString() },
      { type: 'grant', wallet: 'user:ana', amount: micro, kind: 'promotional', reason: 'test' },
      { graceDays: 7 },
    );
  const charge = async (micro: string) => {
    const key = randomUUID();
    const item = {
      ...HEAD,
      key,
      accepted_at: new Date().toISOString(),
      wallet: 'user:ana',
      amount: micro,
      product: 'render',
    };
    await inTransaction(test.connect('bursar_worker'), (tx) => applyCharges(tx, [item]));
    return key;
  };
  const partitionsOf = async (table: string) => {
    const rows = await test.db<{ name: string }[]>`
      select relid::regclass::text as name from pg_partition_tree(${`bursar.${table}`}::regclass) where isleaf`;
    return rows.map((row) => row.name);
  };
  it('has a partition for this month and the three after it', async () => {
    const months = async (table: string) =>
      (await partitionsOf(table)).filter((name) => /\d{4}_\d{2}$/.test(name));
    for (const table of ['transactions', 'movements']) {
      expect(await months(table)).toHaveLength(4);
    }
    // The run's databases may have been made before midnight, in the month before this one.
    await makePartitions(test.connect('bursar_worker'), 3);
    const now = new Date();
    const wanted = [0, 1, 2, 3].map((later) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later))
        .toISOString()
        .slice(0, 7)
        .replace('-', '_'),
    );
    for (const table of ['transactions', 'movements']) {
      const names = wanted.map((month) => `bursar.${table}_${month}`);
      expect(await months(table)).toEqual(expect.arrayContaining(names));
    }
    expect(await makePartitions(test.connect('bursar_worker'), 3)).toEqual([]);
    expect(await makePartitions(test.connect('bursar_worker'), 4)).toHaveLength(2);
  });

  it('keeps what falls outside every partition, and moves it when its month is made', async () => {
    await grant('100000000');
    const name = `transactions_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
    await test.db.unsafe(`
      alter table bursar.transactions detach partition bursar.${name};
      insert into bursar.transactions select * from bursar.${name};
      drop table bursar.${name};
      alter table bursar.movements detach partition bursar.${name.replace('transactions', 'movements')};
      insert into bursar.movements select * from bursar.${name.replace('transactions', 'movements')};
      drop table bursar.${name.replace('transactions', 'movements')};`);
    await charge('1000000');
    const strays = () => test.db`select from only bursar.transactions_default`;
    expect(await strays()).toHaveLength(2);
    expect(await makePartitions(test.connect('bursar_worker'), 3)).toEqual([
      name,
      name.replace('transactions', 'movements'),
    ]);
    expect(await strays()).toHaveLength(0);
    const page = await readTransactions(test.db, 'user:ana', {}, { limit: 10 });
    expect(page.rows.map((row) => row.amount)).toEqual([-1000000n, 100000000n]);
  });

  it('that was detached is still found by id, reversed, and audited', async () => {
    const key = await charge('2000000');
    await age(test.db);
    expect(await detachPartitions(test.connect('bursar_worker'), new Date())).toEqual(
      expect.arrayContaining(['transactions_first', 'movements_first']),
    );
    expect((await readTransactions(test.db, 'user:ana', {}, { limit: 10 })).rows).toEqual([]);

    const ingress = test.connect('bursar_ingress');
    const operation = (await readOperations(ingress, [key])).get(key);
    expect(operation?.result).toMatchObject({ charge: { amount: '2', wallet: 'user:ana' } });
    const seen = await readTransaction(ingress, operation?.transactionId ?? '');
    expect(seen?.amount).toBe(-2000000n);

    await charge('3000000');
    const report = await audit(test.connect('bursar_auditor'));
    expect(report.checks.filter((one) => one.count > 0n || one.failure !== null)).toEqual([]);
    expect((await readTransactions(test.db, 'user:ana', {}, { limit: 10 })).rows).toHaveLength(1);
  });
});

describe('what was given back or taken in a month that is detached', () => {
  let worlds: Awaited<ReturnType<typeof openWorlds>>;
  let world: World;
  let charged: string;
  let purchase: string;

  const reverse = (whole: number) =>
    world.outcome({
      type: 'reversal',
      transaction: charged,
      reason: 'Failed',
      amount: credits(whole).toString(),
    });
  const refund = async (cents: number) =>
    takeBackPurchase(
      world.worker,
      purchase,
      cents,
      'refund',
      'Refunded',
      7,
      await databaseClock(world.worker),
    );

  beforeAll(async () => {
    worlds = await openWorlds();
    world = await worlds.newWorld();
    const { db } = worlds.database;
    const key = randomUUID();
    await world.charge({ key, wallet: world.ana, whole: 4 });
    const operation = async () => (await readOperations(db, [key])).get(key)?.transactionId ?? '';
    charged = await operation();
    expect(await reverse(3)).toBe('applied');
    purchase = await world.buy(world.zoe, 10, 1000);
    await refund(1000);
    await refund(800);
    await age(db);
    charged = await operation();
    expect(await detachPartitions(world.worker, new Date())).toHaveLength(2);
  });
  // Closing audits the whole ledger.
  afterAll(() => worlds.close());

  it('is not given back again', async () => {
    expect(await reverse(2)).toBe('rejected: reversal_exceeds_charge');
    expect(await reverse(1)).toBe('applied');
    expect(await reverse(1)).toBe('rejected: reversal_exceeds_charge');
    expect(await world.balance(world.ana)).toMatchObject({ credits: credits(50), owed: 0n });
  });

  it('is restored exactly when a refund fails', async () => {
    await refund(300);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(7), owed: 0n });
    await refund(0);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(10), owed: 0n });
  });
});

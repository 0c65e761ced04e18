import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { audit } from '../src/administration.ts';
import {
  applyCharges,
  applyCommand,
  detachPartitions,
  inTransaction,
  makePartitions,
} from '../src/operations.ts';
import { readOperations, readTransaction, readTransactions } from '../src/reads.ts';

const HEAD = { hash: randomUUID(), caller: 'key_t', actor: 'key_t' };

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
  /** Moves what was written so far two years back, as if it had happened then. */
  const age = () =>
    test.db.unsafe(`
      do $$
      declare
        v_back interval := interval '2 years';
      begin
        create temp table aged on commit drop as
          select id, overlay(id::text placing left(bursar.id_at(created_at - v_back)::text, 13) from 1 for 13)::uuid as old
          from (select distinct on (id) id, created_at from bursar.transactions) t;
        update bursar.movements m set transaction_id = a.old from aged a where a.id = m.transaction_id;
        update bursar.lots l set transaction_id = a.old from aged a where a.id = l.transaction_id;
        update bursar.operations o set transaction_id = a.old from aged a where a.id = o.transaction_id;
        update bursar.outbox f set payload = f.payload || jsonb_build_object('transaction', bursar.public_id('txn', a.old))
          from aged a where f.payload ->> 'transaction' = bursar.public_id('txn', a.id);
        update bursar.transactions t set id = a.old from aged a where a.id = t.id;
      end $$`);

  it('has a partition for this month and the three after it', async () => {
    const month = new Date().toISOString().slice(0, 7).replace('-', '_');
    for (const table of ['transactions', 'movements']) {
      const names = await partitionsOf(table);
      expect(names).toContain(`bursar.${table}_${month}`);
      expect(names.filter((name) => /\d{4}_\d{2}$/.test(name))).toHaveLength(4);
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
    await age();
    expect(await detachPartitions(test.connect('bursar_worker'), new Date())).toHaveLength(2);
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

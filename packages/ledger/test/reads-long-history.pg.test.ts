import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { readTransactions } from '../src/reads.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a page of a long history touches only the rows of the page', async () => {
  // Many short wallets make the planner believe that the long one is short, too.
  await database.db`
    with wallet as (
      insert into bursar.wallets (owner)
      select 'user:u' || n from generate_series(1, 2000) n
      returning id, owner
    )
    insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, actor, occurred_at, created_at)
    select w.id, n, uuidv7(), 'adjustment', 1, n, 0, 'system:test', now(), now()
    from wallet w, generate_series(1, case when w.owner = 'user:u1' then 20000 else 55 end) n`;
  await database.db`analyze bursar.transactions, bursar.wallets`;

  const session = await database.connect('bursar_ingress').reserve();
  try {
    await session`begin`;
    const { rows } = await readTransactions(
      session,
      'user:u1',
      {},
      { limit: 100, before: '15000' },
    );
    const [touched] = await session<{ rows: bigint }[]>`
      select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as rows
      from pg_stat_xact_user_tables
      where relid in (select p.relid from pg_partition_tree('bursar.transactions') p)`;
    await session`rollback`;
    expect(rows).toHaveLength(100);
    expect(touched?.rows).toBeLessThan(500n);
  } finally {
    session.release();
  }
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  putMember,
  putOrganization,
  putUser,
  readAncestors,
  readDescendants,
  readLotUses,
  readLots,
  readTakenLots,
  readTotals,
  readTransactions,
  readUsage,
  readWallet,
  type Database,
} from '../src/reads.ts';
import { allPages, apply, charge, credits, grant, micro, transfer } from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  for (const id of ['ana', 'bo', 'cy', 'long', 'neighbour']) await putUser(db, { id });
  await putOrganization(db, { id: 'acme', name: 'Acme', owner: 'bo' });
  for (const user of ['ana', 'cy']) {
    await putMember(db, { organization: 'acme', user, role: 'member' });
  }
});
afterAll(() => database.drop());

const HOUR = 3_600_000;
const soon = () => new Date(Date.now() + HOUR);
const before = () => new Date(Date.now() - HOUR);

describe('provenance', () => {
  test('leads from a grant through transfers to charges, and back', async () => {
    const granted = await grant(db, 'org:acme', 100);
    await transfer(db, 'org:acme', 'user:ana', 40);
    await transfer(db, 'user:ana', 'org:acme', 5);
    await charge(db, [{ wallet: 'user:ana', whole: 10 }]);
    const [lot] = (await readLots(db, 'user:ana', { limit: 1 })).rows;
    const chain = await readAncestors(db, [lot?.id ?? '']);
    expect(chain.map((link) => [link.wallet, link.transactionKind, link.distance])).toEqual([
      ['user:ana', 'transfer', 0],
      ['org:acme', 'grant', 1],
    ]);
    const uses = await allPages((at) => readLotUses(db, lot?.id ?? '', { limit: 1, before: at }));
    expect(uses.map((use) => [use.kind, use.amount, use.into.map((one) => one.wallet)])).toEqual([
      ['transfer', -credits(5), ['org:acme']],
      ['charge', -credits(10), []],
    ]);
    const origin = chain[1]?.transaction ?? '';
    const tree = await readDescendants(db, origin);
    expect(tree.map((link) => [link.wallet, link.amount, link.distance])).toEqual([
      ['org:acme', credits(100), 0],
      ['user:ana', credits(40), 1],
      ['org:acme', credits(5), 2],
    ]);
    expect(granted.result).toHaveProperty('lot');
    const use = uses[1]?.transaction ?? '';
    expect(await readTakenLots(db, use)).toEqual([{ lot: lot?.id, amount: credits(10) }]);
    expect(await readDescendants(db, use)).toEqual([]);
  });

  test("adds up: a lot's uses are what it lost", async () => {
    await grant(db, 'user:cy', 50);
    const keys = await charge(db, [
      { wallet: 'user:cy', whole: 7 },
      { wallet: 'user:cy', whole: 9 },
    ]);
    const [charged] = await db<{ id: string }[]>`
      select transaction_id as id from bursar.operations where key = ${keys[0] ?? ''}`;
    await apply(db, {
      type: 'reversal',
      transaction: charged?.id ?? '',
      reason: 'Failed',
      amount: micro(3),
    });
    const [lot] = (await readLots(db, 'user:cy', { limit: 1 })).rows;
    const uses = await allPages((at) => readLotUses(db, lot?.id ?? '', { limit: 2, before: at }));
    expect(uses.map((use) => use.amount)).toEqual([-credits(7), -credits(9), credits(3)]);
    const sum = uses.reduce((total, use) => total + use.amount, 0n);
    expect(sum).toBe((lot?.remaining ?? 0n) - (lot?.amount ?? 0n));
  });

  test('of what does not exist is empty', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await readAncestors(db, [nobody])).toEqual([]);
    expect(await readLotUses(db, nobody, { limit: 5 })).toEqual({ rows: [], next: null });
    expect(await readDescendants(db, nobody)).toEqual([]);
  });
});

describe('totals', () => {
  test('tie to the balances before and after', async () => {
    const all = await readTotals(db, 'user:ana', { from: before(), to: soon() });
    const wallet = await readWallet(db, 'user:ana');
    const sum = all?.kinds.reduce((total, { amount }) => total + amount, 0n);
    expect(all?.opening).toEqual({ balance: 0n, owed: 0n });
    expect(all?.closing).toEqual({ balance: wallet?.balance, owed: wallet?.owed });
    expect(sum).toBe((wallet?.balance ?? 0n) - (wallet?.owed ?? 0n));
    expect(await readTotals(db, 'user:ana', { from: soon(), to: soon() })).toMatchObject({
      opening: all?.closing,
      closing: all?.closing,
      kinds: [],
    });
    expect(await readTotals(db, 'user:nobody', { from: before(), to: soon() })).toBeNull();
  });
});

describe('usage', () => {
  test('of an organization is its pool and what members did on its behalf, whoever asks how', async () => {
    await grant(db, 'user:ana', 100);
    await grant(db, 'user:cy', 100);
    const range = { from: before(), to: soon() };
    const keys = await charge(db, [
      { wallet: 'user:ana', whole: 3, on_behalf_of: 'org:acme', product: 'ide' },
      { wallet: 'user:cy', whole: 4, on_behalf_of: 'org:acme', product: 'render' },
      { wallet: 'user:ana', whole: 50, product: 'ide' },
      { wallet: 'org:acme', whole: 2, product: 'ide' },
    ]);
    const [charged] = await db<{ id: string }[]>`
      select transaction_id as id from bursar.operations where key = ${keys[1] ?? ''}`;
    await apply(db, {
      type: 'reversal',
      transaction: charged?.id ?? '',
      reason: 'x',
      amount: micro(1),
    });
    const usage = (group: 'day' | 'product' | 'member', product?: string) =>
      readUsage(db, 'org:acme', group, { ...range, product });
    const total = { charged: credits(9), returned: credits(1), net: credits(8), charges: 3 };
    const byMember = await usage('member');
    expect(byMember.total).toEqual(total);
    expect(byMember.groups.map((one) => [one.key, one.net])).toEqual([
      ['user:ana', credits(3)],
      ['user:cy', credits(3)],
      ['org:acme', credits(2)],
    ]);
    expect((await usage('product')).groups.map((one) => [one.key, one.net])).toEqual([
      ['ide', credits(5)],
      ['render', credits(3)],
    ]);
    expect((await usage('day')).total).toEqual(total);
    expect((await usage('day', 'render')).total).toMatchObject({ net: credits(3), charges: 1 });
  });

  test('of a person is what the list of transactions says', async () => {
    const rows = await allPages((at) =>
      readTransactions(db, 'user:ana', {}, { limit: 100, before: at }),
    );
    const charged = rows
      .filter((row) => row.kind === 'charge')
      .reduce((sum, row) => sum - row.amount, 0n);
    const range = { from: before(), to: soon() };
    expect((await readUsage(db, 'user:ana', 'day', range)).total.charged).toBe(charged);
    expect(await readUsage(db, 'user:ana', 'day', { from: soon(), to: soon() })).toEqual({
      groups: [],
      total: { charged: 0n, returned: 0n, net: 0n, charges: 0 },
      truncated: false,
    });
  });
});

describe('a filtered page of a long history', () => {
  const START = Date.parse('2026-01-01T00:00:00Z');
  const LENGTH = 200_000;

  beforeAll(async () => {
    // One a minute: mostly charges, a transfer every thousand, one product once. Of two wallets, because a table that
    // is mostly what is looked for is best read whole.
    await db`
      insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, actor, product, occurred_at, created_at)
      select w.id, n, uuidv7(), case when n % 1000 = 0 then 'transfer' else 'charge' end::bursar.transaction_kind, -1, 0, 0, 'x',
        case when n = 700 then 'rare' when n % 1000 <> 0 then 'common' end,
        at, at
      from bursar.wallets w, generate_series(1, ${LENGTH}::integer) n,
        lateral (select ${new Date(START)}::timestamptz + n * interval '1 minute' as at) t
      where w.owner in ('user:long', 'user:neighbour')`;
    await db`update bursar.wallets set version = ${LENGTH} where owner in ('user:long', 'user:neighbour')`;
    await db`analyze bursar.transactions, bursar.wallets`;
  });

  const at = (minute: number) => new Date(START + minute * 60_000);

  /** Rows of the table that reading one page fetched. */
  async function touched(filter: Parameters<typeof readTransactions>[2], limit = 20) {
    const session = await database.connect('bursar_ingress').reserve();
    try {
      await session`begin`;
      const page = await readTransactions(session, 'user:long', filter, { limit });
      const [stats] = await session<{ rows: bigint }[]>`
        select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint as rows
        from pg_stat_xact_user_tables where relname like 'transactions%'`;
      await session`rollback`;
      return { page, rows: stats?.rows ?? 0n };
    } finally {
      session.release();
    }
  }

  test('by time touches the rows of the page', async () => {
    const { page, rows } = await touched({ from: at(1_001), to: at(1_004) });
    expect(page.rows.map((row) => row.createdAt)).toEqual([at(1_003), at(1_002), at(1_001)]);
    expect(page.next).toBeNull();
    expect(rows).toBeLessThan(200n);
  });

  test('by a rare kind touches the rows of the page', async () => {
    const { page, rows } = await touched({ kind: 'transfer' });
    expect(page.rows).toHaveLength(20);
    expect(rows).toBeLessThan(200n);
  });

  test('by a product costs a bounded part, and pages on until the rare one is found', async () => {
    const { page, rows } = await touched({ product: 'rare' });
    expect(page.rows).toEqual([]);
    expect(page.next).not.toBeNull();
    expect(rows).toBeLessThan(60_000n);
    const found = await allPages((next) =>
      readTransactions(db, 'user:long', { product: 'rare' }, { limit: 20, before: next }),
    );
    expect(found.map((row) => row.createdAt)).toEqual([at(700)]);
    const none = await readTransactions(
      db,
      'user:long',
      { product: 'rare', from: at(701), to: at(720) },
      { limit: 20 },
    );
    expect(none).toEqual({ rows: [], next: null });
  });
});

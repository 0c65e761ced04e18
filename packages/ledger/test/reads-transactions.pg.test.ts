import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  putMember,
  putOrganization,
  putUser,
  readTransaction,
  readTransactions,
  readTransactionsWallets,
  streamTransactions,
  type Database,
} from '../src/reads.ts';
import {
  allPages,
  apply,
  charge,
  collect,
  credits,
  grant,
  micro,
  transfer,
} from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let reader: Database;
let users = 0;
let user: string;
let wallet: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  reader = database.connect('bursar_ingress');
  await putOrganization(db, { id: 'acme', name: 'Acme' });
});
afterAll(() => database.drop());

beforeEach(async () => {
  user = `u${(users += 1)}`;
  wallet = `user:${user}`;
  await putUser(db, { id: user });
});

const newest = async (owner = wallet) => {
  const { rows } = await readTransactions(reader, owner, {}, { limit: 1 });
  const [row] = rows;
  if (row === undefined) throw new Error('The wallet has no transactions.');
  return row;
};

describe('a transaction', () => {
  test('of a charge names its lots in burn order, its operation and what the client said', async () => {
    await grant(db, wallet, 10, { priority: 20 });
    await grant(db, wallet, 10, { priority: 10 });
    const [key] = await charge(db, [
      {
        wallet,
        whole: 25,
        description: 'GPU',
        metadata: { run: '7' },
        occurred_at: '2026-01-02T03:04:05.678Z',
      },
    ]);
    const row = await newest();
    expect(row).toMatchObject({
      kind: 'charge',
      wallet,
      amount: credits(-25),
      balanceAfter: 0n,
      owedAfter: credits(5),
      counterparty: null,
      product: 'notebook',
      description: 'GPU',
      actor: 'user:tester',
      operation: { key, type: 'charge', caller: 'key_test' },
      metadata: { run: '7' },
      occurredAt: new Date('2026-01-02T03:04:05.678Z'),
      lots: [
        { kind: 'promotional', amount: credits(10) },
        { kind: 'promotional', amount: credits(10) },
      ],
    });
    const lots = await db<{ id: string }[]>`
      select l.id from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
      where w.owner = ${wallet} order by l.priority`;
    expect(row.lots.map((one) => one.lot)).toEqual(lots.map((lot) => lot.id));
    expect(row).not.toHaveProperty('version');
  });

  test('between two wallets shows each side its own lots and the other as counterparty', async () => {
    await putMember(db, { organization: 'acme', user, role: 'member' });
    await grant(db, 'org:acme', 30);
    await transfer(db, 'org:acme', wallet, 30);
    const received = await newest();
    const sent = await newest('org:acme');
    expect(received).toMatchObject({
      id: sent.id,
      amount: credits(30),
      counterparty: 'org:acme',
      message: 'Have fun',
    });
    expect(sent).toMatchObject({ amount: credits(-30), counterparty: wallet });
    expect(received.lots).toMatchObject([{ kind: 'allocated', amount: credits(30) }]);
    expect(sent.lots).toMatchObject([{ kind: 'promotional', amount: credits(30) }]);
    expect(await readTransactionsWallets(reader, sent.id)).toEqual(['org:acme', wallet]);
    expect(await readTransaction(reader, sent.id)).toEqual(sent);
    expect(await readTransaction(reader, sent.id, wallet)).toEqual(received);
    expect(await readTransaction(reader, sent.id, 'user:u1000')).toBeNull();
  });

  test('that reverses another names it', async () => {
    await grant(db, wallet, 10);
    await charge(db, [{ wallet, whole: 4 }]);
    const charged = await newest();
    await apply(db, {
      type: 'reversal',
      transaction: charged.id,
      amount: micro(1),
      reason: 'Sorry',
    });
    expect(await newest()).toMatchObject({
      kind: 'reversal',
      corrects: charged.id,
      reason: 'Sorry',
      amount: credits(1),
    });
  });

  test('that does not exist is null and touches nobody', async () => {
    const unknown = '00000000-0000-7000-8000-000000000000';
    expect(await readTransaction(reader, unknown)).toBeNull();
    expect(await readTransactionsWallets(reader, unknown)).toEqual([]);
  });
});

const balances = async (limit: number) =>
  (await allPages((before) => readTransactions(reader, wallet, {}, { limit, before }))).map(
    (row) => row.balanceAfter,
  );

describe('the list of transactions', () => {
  test('is the same for every page size, newest first', async () => {
    await grant(db, wallet, 100);
    await charge(
      db,
      Array.from({ length: 6 }, () => ({ wallet, whole: 1 })),
    );
    const expected = [94, 95, 96, 97, 98, 99, 100].map(credits);
    for (const limit of [1, 2, 7, 100]) expect(await balances(limit)).toEqual(expected);
  });

  test('neither repeats nor skips a row while new ones arrive', async () => {
    await grant(db, wallet, 100);
    await charge(
      db,
      Array.from({ length: 5 }, () => ({ wallet, whole: 1 })),
    );
    const rows = await allPages(async (before) => {
      const page = await readTransactions(reader, wallet, {}, { limit: 2, before });
      await charge(db, [{ wallet, whole: 1 }]);
      return page;
    });
    expect(rows.map((row) => row.balanceAfter)).toEqual([95, 96, 97, 98, 99, 100].map(credits));
  });

  test('keeps to its filters, with times half-open', async () => {
    await grant(db, wallet, 100);
    await charge(db, [
      { wallet, whole: 1 },
      { wallet, whole: 2, product: 'gateway' },
    ]);
    await grant(db, wallet, 3);
    const { rows } = await readTransactions(reader, wallet, {}, { limit: 10 });
    const first = rows.at(-1)?.createdAt ?? new Date(0);
    const last = new Date((rows[0]?.createdAt.getTime() ?? 0) + 1);
    const amounts = async (filter: Parameters<typeof readTransactions>[2]) =>
      (await readTransactions(reader, wallet, filter, { limit: 10 })).rows.map((row) => row.amount);
    expect(await amounts({ kind: 'grant' })).toEqual([3, 100].map(credits));
    expect(await amounts({ product: 'gateway' })).toEqual([credits(-2)]);
    expect(await amounts({ kind: 'charge', product: 'notebook' })).toEqual([credits(-1)]);
    expect(await amounts({ from: first, to: last })).toHaveLength(4);
    expect(await amounts({ to: first })).toEqual([]);
    expect(await amounts({ from: last })).toEqual([]);
  });

  test('refuses a page of no rows or of more than a hundred', async () => {
    await expect(readTransactions(reader, wallet, {}, { limit: 0 })).rejects.toThrow('1 to 100');
    await expect(readTransactions(reader, wallet, {}, { limit: 101 })).rejects.toThrow('1 to 100');
  });
});

describe('the stream of transactions', () => {
  test('yields every row once, in the order of the list, a thousand at a time', async () => {
    await grant(db, wallet, 3000);
    for (let batch = 0; batch < 5; batch += 1) {
      await charge(
        db,
        Array.from({ length: 500 }, () => ({ wallet, whole: 1 })),
      );
    }
    const chunks = await collect(streamTransactions(reader, { wallet }, {}));
    expect(chunks.map((chunk) => chunk.length)).toEqual([1000, 1000, 501]);
    expect(chunks.flat().map((row) => row.balanceAfter)).toEqual(
      Array.from({ length: 2501 }, (_, n) => credits(500 + n)),
    );
    expect(chunks[0]?.[0]?.lots).toMatchObject([{ kind: 'promotional', amount: credits(1) }]);
  });

  test('of an organization is that of its pool, filtered alike', async () => {
    await putOrganization(db, { id: `${user}-org`, name: 'Pool' });
    await grant(db, `org:${user}-org`, 9);
    await charge(db, [{ wallet: `org:${user}-org`, whole: 2 }]);
    const chunks = await collect(
      streamTransactions(reader, { organization: `${user}-org` }, { kind: 'charge' }),
    );
    expect(chunks.flat().map((row) => row.amount)).toEqual([credits(-2)]);
  });

  test('of an unknown wallet is empty', async () => {
    expect(await collect(streamTransactions(reader, { wallet: 'user:nobody' }, {}))).toEqual([]);
  });
});

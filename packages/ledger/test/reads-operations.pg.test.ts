import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  listenForOutcomes,
  listRejectedOperations,
  putUser,
  readOperations,
  readPreview,
  type Database,
} from '../src/reads.ts';
import { allPages, charge, credits, grant, hold } from './reads-fixtures.ts';

let database: TestDatabase;
let db: Database;
let reader: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  reader = database.connect('bursar_ingress');
  for (const id of ['ana', 'ben']) await putUser(db, { id });
});
afterAll(() => database.drop());

test('only operations that the ledger knows are found', async () => {
  const { key } = await grant(db, 'user:ana', 1);
  const found = await readOperations(reader, [randomUUID(), key]);
  expect([...found.keys()]).toEqual([key]);
  expect(found.get(key)).toMatchObject({
    key,
    type: 'grant',
    caller: 'key_test',
    status: 'succeeded',
    error: null,
    result: { lot: { amount: '1' } },
  });
  expect(await readOperations(reader, [])).toEqual(new Map());
});

test('the results of charges are read from their transactions, in the shape of the wire', async () => {
  await grant(db, 'user:ben', 10, { priority: 1 });
  await grant(db, 'user:ben', 10, { priority: 2 });
  await hold(db, 'user:ben', 1);
  const keys = await charge(db, [
    { wallet: 'user:ben', whole: 12 },
    { wallet: 'user:ben', whole: 9 },
  ]);
  const found = await readOperations(reader, keys);
  const results = keys.map((key) => found.get(key)?.result);
  expect(results).toMatchObject([
    {
      charge: {
        wallet: 'user:ben',
        amount: '12',
        lots: [
          { kind: 'promotional', amount: '9' },
          { kind: 'promotional', amount: '3' },
        ],
        owed: '0',
      },
    },
    { charge: { amount: '9', lots: [{ amount: '7' }], owed: '2' } },
  ]);
  for (const key of keys) {
    const operation = found.get(key);
    const [row] = await db<{ summary: unknown }[]>`
      select bursar.charge_summary(${operation?.transactionId ?? ''}) as summary`;
    expect(operation?.result).toEqual({ charge: row?.summary });
  }
});

test('a rejected charge has its error, no result and no transaction', async () => {
  const [key = ''] = await charge(db, [{ wallet: 'user:nobody', whole: 1 }]);
  expect((await readOperations(reader, [key])).get(key)).toMatchObject({
    status: 'rejected',
    result: null,
    transactionId: null,
    error: { code: 'wallet_not_found' },
    completedAt: expect.any(Date),
  });
});

test('rejections are listed latest first, each once, though many end in the same moment', async () => {
  await charge(
    db,
    Array.from({ length: 5 }, () => ({ wallet: 'user:nobody', whole: 2 })),
  );
  // The same moment but for microseconds, which a Date cannot tell apart.
  await db`
    update bursar.operations o
    set completed_at = '2999-01-01T00:00:00.5Z'::timestamptz + make_interval(secs => n.nth / 2 * 0.000001)
    from (select key, row_number() over (order by key) as nth from bursar.operations where status = 'rejected') n
    where n.key = o.key`;
  const expected = await db<{ key: string }[]>`
    select key from bursar.operations where status = 'rejected' order by completed_at desc, key desc`;
  for (const limit of [1, 2, 5]) {
    const rows = await allPages((before) => listRejectedOperations(reader, { limit, before }));
    expect(rows.map((row) => row.key)).toEqual(expected.map((row) => row.key));
  }
  const [row] = (await listRejectedOperations(reader, { limit: 1 })).rows;
  expect(row?.command).toMatchObject({ wallet: 'user:nobody' });
});

test('a preview is null until it is answered', async () => {
  const id = randomUUID();
  expect(await readPreview(reader, id)).toBeNull();
  await db`select bursar.store_preview(${id}, 'succeeded', '{"charge": {}}', null)`;
  expect(await readPreview(reader, id)).toMatchObject({
    id,
    status: 'succeeded',
    result: { charge: {} },
  });
});

test('a listener hears of each commit, and again once a lost connection is back', async () => {
  const onSignal = vi.fn<() => void>();
  const subscription = await listenForOutcomes(reader, onSignal);
  expect(onSignal).toHaveBeenCalledTimes(1);
  await charge(db, [{ wallet: 'user:ana', whole: 1 }]);
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(2));
  await db`
    select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen %' and datname = current_database()`;
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(3));
  await charge(db, [{ wallet: 'user:ana', whole: 1 }]);
  await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(4));
  await subscription.stop();
  await charge(db, [{ wallet: 'user:ana', whole: 1 }]);
  const [row] = await db<
    { owed: bigint }[]
  >`select owed from bursar.wallets where owner = 'user:ana'`;
  expect(row?.owed).toBe(credits(2));
  expect(onSignal).toHaveBeenCalledTimes(4);
});
